// The words of the page, in the person's language. A further language is a further file like en.js, named here.

import * as english from "./en.js";
import * as turkish from "./tr.js";

export const LANGUAGES = [english, turkish];

const CHOSEN = "syncwatch.language";

/** The words of one language: `t(key, fields)`. */
export function wordsOf(language) {
  const { LANGUAGE, WORDS } = LANGUAGES.find(({ LANGUAGE: { code } }) => code === language) ?? english;
  const plural = new Intl.PluralRules(LANGUAGE.code);
  const t = (key, fields = {}) => {
    const counted = fields.count === undefined ? key : `${key}.${plural.select(fields.count)}`;
    const text = WORDS[counted] ?? WORDS[`${key}.other`] ?? WORDS[key] ?? english.WORDS[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole));
  };
  t.language = LANGUAGE.code;
  t.has = (key) => key in WORDS;
  t.refusal = (refusal) => refusalWords(t, refusal);
  return t;
}

/** What was refused, in words: the server's own are more exact, and English. */
function refusalWords(t, refusal) {
  const known = `error.${refusal?.code}`;
  const isVague = ["server-unreachable", "wrong-password", "rate-limited"].includes(refusal?.code);
  if (t.has(known) && (isVague || t.language !== "en" || !refusal.message)) return t(known);
  return refusal?.message || t("error.server-error");
}

/** The language that was chosen on this device, else the first that the browser asks for and that there is. */
export function chosenLanguage(storage, asked) {
  const known = LANGUAGES.map(({ LANGUAGE }) => LANGUAGE.code);
  const chosen = storage.getItem(CHOSEN);
  if (known.includes(chosen)) return chosen;
  return asked.map((tag) => tag.slice(0, 2).toLowerCase()).find((code) => known.includes(code)) ?? "en";
}

export function rememberLanguage(storage, code) {
  storage.setItem(CHOSEN, code);
}
