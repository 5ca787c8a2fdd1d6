// The head of the session: what it is called, its code, how good the connection is, and the ways to everything else.

import { html, useState } from "../vendor/htm_preact.js";
import { copy } from "../device.js";
import { driftText, quality, spanText } from "../figures.js";
import { useEvening, usePage, useTicks } from "./context.js";
import { Icon, IconButton } from "./icons.js";

export function SessionDetails({ open, onLeave }) {
  const { t } = usePage();
  const { session } = useEvening();
  const people = session.participants.filter((each) => each.connected).length;
  return html`<header class="bar">
    <div class="bar-title">
      <h1><bdi>${session.title || t("session.untitled", { code: session.code })}</bdi></h1>
      <p class="bar-under">
        <${Code} code=${session.code} />
        ${session.locked ? html`<span class="mark" title=${t("host.lock")}><${Icon} name="lock" /></span>` : null}
        <span class="bar-people">${t("session.people", { count: people })}</span>
        <${Connection} />
      </p>
    </div>
    <nav class="bar-acts" aria-label=${session.code}>
      <button type="button" class="button primary invite-button" onClick=${() => open("invite")} aria-label=${t("session.invite")}>
        <${Icon} name="invite" /><span>${t("session.invite")}</span>
      </button>
      <${IconButton} icon="settings" label=${t("session.settings")} onClick=${() => open("settings")} />
      <${IconButton} icon="help" kind="wide-only" label=${t("session.help")} onClick=${() => open("help")} />
      <${IconButton} icon="leave" label=${t("session.leave")} onClick=${onLeave} />
    </nav>
  </header>`;
}

function Code({ code }) {
  const { t } = usePage();
  const [said, setSaid] = useState(false);
  const onCopy = async () => {
    if (!(await copy(code))) return;
    setSaid(true);
    setTimeout(() => setSaid(false), 1500);
  };
  return html`<button type="button" class="code" onClick=${onCopy} title=${t("session.copy")}>
    <span class="visually-hidden">${t("session.copy")}: </span>${code}
    <span role="status">${said ? ` · ${t("invite.copied")}` : null}</span>
  </button>`;
}

/** How well this page knows the server's clock, and how far its own player is from the timeline. */
function Connection() {
  const { t, evening } = usePage();
  useTicks(1000);
  const { estimate, clock } = evening.client;
  if (evening.isLost) return html`<span class="link poor"><span class="dot" aria-hidden="true"></span>${t("state.gone")}</span>`;
  if (estimate === null) return html`<span class="link">${t("app.connecting")}</span>`;
  const { drift, uncertainty, state } = evening.own;
  const known = t("link.quality", { uncertainty: spanText(estimate.uncertaintyAt(clock())), rtt: spanText(estimate.rtt) });
  const told = state === "playing" ? driftText(drift, uncertainty) : null;
  return html`<span class="link ${told === null ? "good" : quality(drift)}" title=${known}>
    <span class="dot" aria-hidden="true"></span>${told ?? t("link.good")}
    <span class="visually-hidden">. ${known}</span>
  </span>`;
}
