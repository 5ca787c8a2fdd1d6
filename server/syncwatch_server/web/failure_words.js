// Why a video can't be played, in the person's language.
//
// Players say it in English, which is what the others are told too; of the sentences that are ours the words have each
// by a key, `failure.…`. What a provider or a browser said in its own words stays as it is.

import { WORDS } from "./i18n/en.js";

const KNOWN = Object.keys(WORDS)
  .filter((key) => key.startsWith("failure."))
  .map((key) => [key, patternOf(WORDS[key])]);

/** The words for `message` in the language of `t`. */
export function failureWords(t, message) {
  for (const [key, pattern] of KNOWN) {
    const found = message.match(pattern);
    if (found !== null) return t(key, found.groups ?? {});
  }
  return message;
}

function patternOf(sentence) {
  const literally = sentence.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literally.replace(/\{(\w+)\}/g, "(?<$1>.*)")}$`);
}
