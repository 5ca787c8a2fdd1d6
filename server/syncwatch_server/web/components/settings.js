// Settings of this person on this device, and what the device withholds; the host's settings of the session beside them.

import { html } from "../vendor/htm_preact.js";
import { lacking } from "../device.js";
import { LANGUAGES } from "../i18n/i18n.js";
import { usePage } from "./context.js";
import { Dialog } from "./dialog.js";
import { ErrorBoundary } from "./error_boundary.js";
import { Choice } from "./field.js";
import { HostControls } from "./host_controls.js";

export function Settings({ onClose }) {
  const { t, language, setLanguage, theme, setTheme, install } = usePage();
  return html`<${Dialog} title=${t("settings.heading")} onClose=${onClose} kind="settings">
    <section aria-labelledby="host-heading">
      <h3 id="host-heading">${t("host.heading")}</h3>
      <${ErrorBoundary} name="host-controls"><${HostControls} /><//>
    </section>
    <section aria-labelledby="device-heading">
      <h3 id="device-heading">${t("settings.device")}</h3>
      <${Choice}
        label=${t("settings.language")}
        value=${language}
        onChange=${setLanguage}
        options=${LANGUAGES.map(({ LANGUAGE }) => [LANGUAGE.code, LANGUAGE.name])}
      />
      <${Choice}
        label=${t("settings.theme")}
        value=${theme}
        onChange=${setTheme}
        options=${["auto", "dark", "light"].map((each) => [each, t(`settings.theme.${each}`)])}
      />
      ${install
        ? html`<button type="button" class="button wide" onClick=${() => install()}>${t("settings.install")}</button>`
        : null}
      <${Lacking} />
    </section>
  <//>`;
}

function Lacking() {
  const { t } = usePage();
  const lacks = lacking();
  if (lacks.length === 0) return null;
  const isInsecure = !window.isSecureContext;
  return html`<div class="lacking">
    <p>${t(isInsecure ? "settings.insecure" : "settings.missing")}</p>
    <ul>
      ${lacks.map((lack) => html`<li>${t(`settings.lack.${lack}`)}</li>`)}
    </ul>
    ${isInsecure ? html`<p>${t("settings.remedy")}</p>` : null}
  </div>`;
}
