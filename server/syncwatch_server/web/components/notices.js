// What is to be known for a moment, read aloud as it comes; and, for as long as it lasts, that the connection is lost.

import { html } from "../vendor/htm_preact.js";
import { timeText } from "../figures.js";
import { useEvening, usePage } from "./context.js";
import { IconButton } from "./icons.js";

export function Notices() {
  const { t } = usePage();
  const evening = useEvening();
  return html`<section class="notices" aria-label=${t("notice.region")}>
    <div role="status" aria-live="polite">
      ${evening.isLost ? html`<p class="notice warn lasting">${t("link.lost")}</p>` : null}
      ${evening.notices.map(
        (notice) => html`<div key=${notice.id} class="notice ${notice.tone}">
          <p>${wordsOf(t, notice)}</p>
          <${IconButton} icon="close" label=${t("notice.dismiss")} onClick=${() => evening.dismiss(notice.id)} />
        </div>`,
      )}
    </div>
  </section>`;
}

function wordsOf(t, { key, fields = {}, text, refusal }) {
  if (refusal) return t.refusal(refusal);
  if (text && (t.language === "en" || !t.has(key))) return text;
  const shown = { ...fields, name: fields.name ?? t("notice.somebody") };
  if (fields.position !== undefined) shown.position = timeText(fields.position);
  if (fields.rate !== undefined) shown.rate = `${fields.rate}×`;
  return t(key, shown);
}
