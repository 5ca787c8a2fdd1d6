// What is shown when the session is over for this participant, and when a link names none.

import { html } from "../vendor/htm_preact.js";
import { usePage } from "./context.js";

const KNOWN = new Set(["ended", "kicked", "superseded", "left"]);

export function Goodbye({ over, onHome, onAgain }) {
  const { t } = usePage();
  const words = KNOWN.has(over.code) ? t(`over.${over.code}`) : t("over.other");
  return html`<main class="front" id="main">
    <div class="front-head"><p class="wordmark">SyncWatch</p></div>
    <div class="card" role="status">
      <h1>${words}</h1>
      ${KNOWN.has(over.code) ? null : html`<p>${t.refusal(over)}</p>`}
      <div class="dialog-foot">
        ${onAgain ? html`<button type="button" class="button" onClick=${onAgain}>${t("over.again")}</button>` : null}
        <button type="button" class="button primary" onClick=${onHome}>${t("over.home")}</button>
      </div>
    </div>
  </main>`;
}
