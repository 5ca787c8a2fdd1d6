// A person's mark: the first letter of the name on a colour that stays theirs.

import { html } from "../vendor/htm_preact.js";

const COLOURS = 8;

export function Avatar({ name, id }) {
  const letter = [...(name ?? "")][0]?.toLocaleUpperCase() ?? "?";
  return html`<span class="avatar colour-${colourOf(id ?? name ?? "")}" aria-hidden="true">${letter}</span>`;
}

export function colourOf(text) {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + character.codePointAt(0)) % 9973;
  return sum % COLOURS;
}
