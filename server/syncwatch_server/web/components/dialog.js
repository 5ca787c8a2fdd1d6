// Dialogs: one over the page at a time, closed by Escape, by its button and by a tap beside it.

import { html, useEffect, useRef } from "../vendor/htm_preact.js";
import { usePage } from "./context.js";
import { IconButton } from "./icons.js";

let numbered = 0;

export function Dialog({ title, onClose, children, kind = "" }) {
  const { t } = usePage();
  const dialog = useRef(null);
  const id = useRef(`dialog-${++numbered}`);
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  const onBackdrop = (event) => {
    if (event.target === dialog.current) onClose();
  };
  return html`<dialog
    ref=${dialog}
    class="dialog ${kind}"
    aria-labelledby=${id.current}
    onClose=${onClose}
    onMouseDown=${onBackdrop}
  >
    <div class="dialog-body">
      <header class="dialog-head">
        <h2 id=${id.current}>${title}</h2>
        <${IconButton} icon="close" label=${t("app.close")} onClick=${onClose} />
      </header>
      ${children}
    </div>
  </dialog>`;
}

/** A question before something that can't be taken back. */
export function Question({ title, words, verb, onYes, onClose }) {
  const { t } = usePage();
  const yes = () => {
    onClose();
    onYes();
  };
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <p>${words}</p>
    <div class="dialog-foot">
      <button type="button" class="button" onClick=${onClose}>${t("app.cancel")}</button>
      <button type="button" class="button danger" onClick=${yes}>${verb}</button>
    </div>
  <//>`;
}
