// Who is here: role, state, and how far from the timeline each player is, in figures with what is not known of them.

import { html, useState } from "../vendor/htm_preact.js";
import { driftText, quality, spanText, sparkline } from "../figures.js";
import { inOrder } from "../session_state.js";
import { useEvening, usePage } from "./context.js";
import { Dialog, Question } from "./dialog.js";
import { Avatar } from "./avatar.js";
import { IconButton } from "./icons.js";

const WIDTH = 64;
const HEIGHT = 18;

export function UserList() {
  const { t } = usePage();
  const evening = useEvening();
  const [chosen, setChosen] = useState(null);
  const { session, client } = evening;
  const everybody = inOrder(session.participants, client.participantId);
  const about = everybody.find((each) => each.participantId === chosen);
  return html`<div class="people">
    <ul class="people-list" aria-label=${t("people.heading")}>
      ${everybody.map(
        (each) => html`<${Person} key=${each.participantId} person=${each} onChoose=${() => setChosen(each.participantId)} />`,
      )}
    </ul>
    ${everybody.length === 0 ? html`<p class="empty">${t("people.empty")}</p>` : null}
    ${about ? html`<${PersonActions} person=${about} onClose=${() => setChosen(null)} />` : null}
  </div>`;
}

function Person({ person, onChoose }) {
  const { t, evening } = usePage();
  const { participantId, displayName, role, state, connected, drift, uncertainty, rtt, ready } = person;
  const isMe = participantId === evening.client.participantId;
  const isWaitedFor = evening.waitingFor === participantId;
  const told = driftText(drift, uncertainty);
  const isMeasured = told !== null && connected && state === "playing";
  const stands = !connected ? t("state.gone") : evening.session.media === null ? null : t(`state.${state}`);
  return html`<li class="person ${isWaitedFor ? "waited-for" : ""} ${connected ? "" : "gone"}" data-participant=${participantId}>
    <${Avatar} name=${displayName} id=${participantId} />
    <div class="person-words">
      <p class="person-name">
        <bdi>${displayName}</bdi>
        ${isMe ? html`<span class="mark">${t("people.you")}</span>` : null}
        ${role === "controller" ? null : html`<span class="mark">${t(`role.${role}`)}</span>`}
        ${ready ? html`<span class="mark good">${t("people.ready")}</span>` : null}
        ${isWaitedFor ? html`<span class="mark warn">${t("people.waiting")}</span>` : null}
      </p>
      <p class="person-state">
        ${stands === null ? null : html`<span>${stands}</span>`}
        ${rtt === null || !connected ? null : html`<span title=${t("people.rtt", { rtt: spanText(rtt) })}>${spanText(rtt)}</span>`}
      </p>
    </div>
    ${isMeasured ? html`<${Drift} told=${told} drift=${drift} history=${evening.drifts.get(participantId) ?? []} />` : null}
    <${IconButton} icon="more" label=${t("people.actions", { name: displayName })} onClick=${onChoose} />
  </li>`;
}

function Drift({ told, drift, history }) {
  const { t } = usePage();
  const side = drift < 0 ? t("drift.behind") : t("drift.ahead");
  return html`<div class="drift ${quality(drift)}">
    <span class="drift-figure" title=${t("people.drift", { drift: spanText(drift), side })}>${told}</span>
    ${history.length > 1
      ? html`<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" width=${WIDTH} height=${HEIGHT} aria-hidden="true">
          <line x1="0" x2=${WIDTH} y1=${HEIGHT / 2} y2=${HEIGHT / 2} />
          <polyline points=${sparkline(history, WIDTH, HEIGHT)} fill="none" />
        </svg>`
      : null}
  </div>`;
}

/** What can be done with somebody; what can't be taken back is asked about first. */
function PersonActions({ person, onClose }) {
  const { t, evening, deck } = usePage();
  const [asked, setAsked] = useState(null);
  const { participantId, displayName: name, role } = person;
  const isHost = evening.me?.role === "host";
  const isMe = participantId === evening.client.participantId;
  const isMuted = evening.muted.has(participantId);
  const act = (doIt) => () => {
    doIt();
    onClose();
  };
  if (asked !== null) {
    const { verb, words, doIt } = asked;
    return html`<${Question} title=${name} words=${words} verb=${verb} onYes=${doIt} onClose=${onClose} />`;
  }
  const ask = (key, doIt) => () => setAsked({ verb: t(`people.${key}`), words: t(`people.${key}.sure`, { name }), doIt });
  const acts = [
    isMe && [t("people.set-ready"), act(() => deck.setReady(!person.ready)), "", person.ready],
    !isMe && [t(isMuted ? "people.unmute" : "people.mute"), act(() => evening.mute(participantId, !isMuted))],
    isHost && !isMe && role !== "controller" && [t("people.controller"), act(() => deck.setRole(participantId, "controller"))],
    isHost && !isMe && role !== "viewer" && [t("people.viewer"), act(() => deck.setRole(participantId, "viewer"))],
    isHost && !isMe && [t("people.hand-over"), ask("hand-over", () => deck.setRole(participantId, "host"))],
    isHost && !isMe && [t("people.kick"), ask("kick", () => deck.kick(participantId)), "danger"],
    isHost && !isMe && [t("people.ban"), ask("ban", () => deck.kick(participantId, true)), "danger"],
  ].filter(Boolean);
  return html`<${Dialog} title=${name} onClose=${onClose} kind="menu">
    <p class="hint">${t(`role.${role}`)} · ${t(`state.${person.state}`)}</p>
    <div class="menu-list">
      ${acts.map(
        ([words, onClick, kind = "", pressed]) =>
          html`<button type="button" class="menu-item ${kind}" aria-pressed=${pressed} onClick=${onClick}>${words}</button>`,
      )}
    </div>
  <//>`;
}
