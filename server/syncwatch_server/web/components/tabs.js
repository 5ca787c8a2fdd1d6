// Panels of which one is shown; arrow keys go from one tab to the next.

import { html } from "../vendor/htm_preact.js";
import { usePage } from "./context.js";
import { Icon } from "./icons.js";

export function Tabs({ panels, chosen, onChoose, children }) {
  const { t } = usePage();
  const onKey = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    const index = panels.findIndex(({ id }) => id === chosen);
    const { id } = panels[(index + by + panels.length) % panels.length];
    onChoose(id);
    event.currentTarget.querySelector(`#tab-${id}`)?.focus();
    event.preventDefault();
  };
  return html`<div class="tabs" role="tablist" aria-label=${t("tabs.label")} onKeyDown=${onKey}>
      ${panels.map(
        ({ id, icon, label, count }) => html`<button
          type="button"
          role="tab"
          id="tab-${id}"
          class="tab tab-${id}"
          aria-selected=${id === chosen ? "true" : "false"}
          aria-controls="panel"
          tabindex=${id === chosen ? 0 : -1}
          onClick=${() => onChoose(id)}
        >
          <${Icon} name=${icon} /><span>${label}</span>${count > 0 ? html`<span class="count">${count > 99 ? "99+" : count}</span>` : null}
        </button>`,
      )}
    </div>
    <div class="panel panel-${chosen}" role="tabpanel" id="panel" aria-labelledby="tab-${chosen}">${children}</div>`;
}
