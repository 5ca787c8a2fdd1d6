// Where the page begins: what the browser offers is gathered here and handed on, so that nothing else reaches for it.

import { App } from "./components/app.js";
import { showTheme, memory, rememberedTheme } from "./device.js";
import { html, render } from "./vendor/htm_preact.js";

const storage = memory();
showTheme(storage, rememberedTheme(storage));

const place = document.getElementById("app");
place.replaceChildren();
render(html`<${App} storage=${storage} />`, place);

// The shell alone is kept on the device, for an installed page to open at once; plain http has no service workers.
if ("serviceWorker" in navigator) {
  window.addEventListener("load", () => {
    navigator.serviceWorker.register("/service-worker.js").catch(() => {});
  });
}
