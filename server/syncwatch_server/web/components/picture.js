// The picture of a video, small beside its title; a film's frame where there is none, or where it does not come.

import { html, useState } from "../vendor/htm_preact.js";
import { Icon } from "./icons.js";

export function Picture({ url, kind = "" }) {
  const [isBroken, setBroken] = useState(false);
  const isShown = !isBroken && /^https?:\/\//.test(url ?? "");
  return html`<span class="thumbnail ${kind}">
    ${isShown
      ? html`<img src=${url} alt="" loading="lazy" referrerpolicy="no-referrer" onError=${() => setBroken(true)} />`
      : html`<${Icon} name="film" />`}
  </span>`;
}
