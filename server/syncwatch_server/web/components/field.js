// Fields of forms: a label that belongs to its input, a hint, and what is wrong with what was typed.

import { html, useRef } from "../vendor/htm_preact.js";

let numbered = 0;

export function Field({ label, hint, fault, value, onInput, kind = "text", ...rest }) {
  const id = useRef(`field-${++numbered}`).current;
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input
      id=${id}
      type=${kind}
      value=${value}
      onInput=${(event) => onInput(event.target.value)}
      aria-describedby=${described || undefined}
      aria-invalid=${fault ? "true" : undefined}
      ...${rest}
    />
    ${hint ? html`<p class="hint" id=${`${id}-hint`}>${hint}</p>` : null}
    ${fault ? html`<p class="fault" id=${`${id}-fault`} role="alert">${fault}</p>` : null}
  </div>`;
}

export function Choice({ label, value, onChange, options, ...rest }) {
  const id = useRef(`field-${++numbered}`).current;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select id=${id} value=${value} onChange=${(event) => onChange(event.target.value)} ...${rest}>
      ${options.map(([name, words]) => html`<option value=${name} selected=${name === value}>${words}</option>`)}
    </select>
  </div>`;
}

export function Switch({ label, checked, onChange, ...rest }) {
  return html`<label class="switch">
    <input type="checkbox" checked=${checked} onChange=${(event) => onChange(event.target.checked)} ...${rest} />
    <span>${label}</span>
  </label>`;
}
