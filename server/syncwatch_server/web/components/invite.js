// The invitation: the link as a code to scan, to copy, and to hand to the system's share sheet.

import { html, useEffect, useRef, useState } from "../vendor/htm_preact.js";
import { copy, share } from "../device.js";
import { isPrivate } from "../private_addresses.js";
import { usePage } from "./context.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icons.js";
import { InTerminal } from "./in_terminal.js";

/** Modules of white around the code, without which many phones do not see it. */
const QUIET = 3;

export function Invite({ onClose }) {
  const { t, evening } = usePage();
  const { code, title } = evening.session;
  const link = linkOf(evening.session);
  const field = useRef(null);
  const [said, setSaid] = useState("");
  const onCopy = async () => {
    if (await copy(link)) setSaid(t("invite.copied"));
    else {
      field.current.select();
      setSaid(document.execCommand("copy") ? t("invite.copied") : t("invite.marked"));
    }
  };
  return html`<${Dialog} title=${t("invite.heading")} onClose=${onClose} kind="invite">
    <${QrCode} text=${link} label=${t("invite.qr")} />
    <p class="code-large">${code}</p>
    <p class="hint">${t("invite.scan")}</p>
    <div class="url-row">
      <input ref=${field} readonly value=${link} aria-label=${t("invite.link")} onFocus=${(event) => event.target.select()} />
      <button type="button" class="button primary" onClick=${onCopy}><${Icon} name="copy" />${t("invite.copy")}</button>
    </div>
    ${"share" in navigator
      ? html`<button type="button" class="button wide" onClick=${() => share(title ?? t("invite.text"), link)}>
          <${Icon} name="share" />${t("invite.share")}
        </button>`
      : null}
    <p role="status" class="hint">${said}</p>
    <div class="terminal">
      <p class="hint">${t("join.terminal")}</p>
      <${InTerminal} link=${link} />
    </div>
    ${isLocal(link) ? html`<p class="caution">${t("invite.local")}</p>` : null}
  <//>`;
}

/** The link as this page was reached, if the server believes to be reached by this computer alone. */
function linkOf({ link, code }) {
  const isElsewhere = isLocal(link) && !isLocal(location.href);
  return isElsewhere ? `${location.origin}/s/${code}` : link;
}

function isLocal(link) {
  const { hostname } = new URL(link);
  return isPrivate(hostname) && /^(localhost|127\.|\[::1\])/.test(hostname);
}

function QrCode({ text, label }) {
  const [code, setCode] = useState(null);
  useEffect(() => {
    let isWanted = true;
    // Only who invites somebody needs it.
    import("../vendor/uqr.js").then(({ encode }) => {
      if (isWanted) setCode(encode(text, { ecc: "M", border: 0 }));
    });
    return () => (isWanted = false);
  }, [text]);
  if (code === null) return html`<div class="qr" aria-hidden="true"></div>`;
  const side = code.size + 2 * QUIET;
  const dark = code.data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")));
  return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label=${label} shape-rendering="crispEdges">
    <rect width=${side} height=${side} fill="#fff" />
    <path d=${dark.join("")} fill="#000" />
  </svg>`;
}
