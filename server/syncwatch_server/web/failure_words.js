// Why a video can't be played, in the person's language: by its code, of the players (players/failure.js) or of the server.
// What a provider or a browser said in its own words has none, and stays as it is.

/** @param {Function} t @param {{message: string, code?: ?string, fields?: object}} failure */
export function failureWords(t, { message, code, fields }) {
  if (t.has(`failure.${code}`)) return t(`failure.${code}`, fields);
  return t.has(`error.${code}`) ? t.refusal({ code, message }) : message;
}
