// How the same session is watched in mpv: the command for a terminal, and a link that a desktop hands to SyncWatch.

import { html } from "../vendor/htm_preact.js";
import { ownLink } from "../join_code.js";
import { usePage } from "./context.js";
import { Icon } from "./icons.js";

/** `link` is the join link. Phones have no mpv to open it in. */
export function InTerminal({ link }) {
  const { t } = usePage();
  return html`<div class="in-terminal">
    <code class="command">syncwatch join ${link}</code>
    <a class="button quiet for-desktops" href=${ownLink(link)} title=${t("mpv.open.hint")}><${Icon} name="play" />${t("mpv.open")}</a>
  </div>`;
}
