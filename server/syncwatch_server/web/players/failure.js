// Why a video can't be played: a code and fields, by which the page says it in the person's language, and English words,
// which the others are told. What a provider or a browser says in words of its own is an `Error` like any other.

import { wordsOf } from "../i18n/i18n.js";

const english = wordsOf("en");

export class Failure extends Error {
  /** @param {string} code The words have it as `failure.CODE`. @param {Record<string, string>} fields */
  constructor(code, fields = {}) {
    super(english(`failure.${code}`, fields));
    this.code = code;
    this.fields = fields;
  }
}
