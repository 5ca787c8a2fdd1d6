// The keys: the same as in the terminal's interface.

import { html } from "../vendor/htm_preact.js";
import { usePage } from "./context.js";
import { Dialog } from "./dialog.js";

const KEYS = [
  [["Space"], "play"],
  [["←", "→"], "five"],
  [["↑", "↓"], "minute"],
  [["[", "]"], "rate"],
  [["n"], "next"],
  [["t"], "chat"],
  [["i"], "invite"],
  [["f"], "fullscreen"],
  [["m"], "mute"],
  [["?", "F1"], "help"],
];

export function Help({ onClose }) {
  const { t } = usePage();
  return html`<${Dialog} title=${t("help.heading")} onClose=${onClose} kind="help">
    <dl class="keys">
      ${KEYS.map(
        ([keys, what]) => html`<div>
          <dt>${keys.map((key) => html`<kbd>${key}</kbd> `)}</dt>
          <dd>${t(`help.${what}`)}</dd>
        </div>`,
      )}
    </dl>
  <//>`;
}
