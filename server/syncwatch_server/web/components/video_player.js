// The place of the video, and what is said in its stead: nothing to watch yet, loading, a tap that the browser wants,
// a private address that is asked about, a fault. None of it lies on a video that plays.

import { html, useEffect, useRef } from "../vendor/htm_preact.js";
import { failureWords } from "../failure_words.js";
import { maySteer } from "../session_state.js";
import { useEvening, usePage } from "./context.js";
import { Icon } from "./icons.js";
import { InTerminal } from "./in_terminal.js";

export function VideoPlayer() {
  const { t, stage } = usePage();
  const evening = useEvening();
  const place = useRef(null);
  useEffect(() => {
    stage.mount(place.current);
    return () => stage.unmount();
  }, [stage]);
  const { media } = evening.session;
  const { failure, absence, isMuted, isLoading, askAbout } = evening.own;
  const isCovered = media === null || failure !== null || askAbout;
  return html`<section class="player" aria-label=${t("player.region")}>
    <div class="frame ${isCovered ? "covered" : ""}">
      <div class="place" ref=${place}></div>
      ${media === null ? html`<${Nothing} />` : null}
      ${askAbout ? html`<${AskFirst} host=${askAbout} />` : null}
      ${media !== null && !askAbout && failure !== null ? html`<${Failed} failure=${failure} />` : null}
      ${media !== null && !isCovered && isLoading && absence !== "gesture"
        ? html`<div class="veil" role="status"><span class="spinner" aria-hidden="true"></span><span>${t("player.loading")}</span></div>`
        : null}
    </div>
    <div class="player-below" role="status">
      ${absence === "gesture"
        ? html`<button type="button" class="button primary wide" onClick=${() => stage.unlock()}>
            <${Icon} name="play" />${t("player.gesture")}
          </button>`
        : null}
      ${isMuted && absence !== "gesture"
        ? html`<button type="button" class="button wide" onClick=${() => stage.unlock()}>
            <${Icon} name="volume" />${t("player.unmute")} <span class="hint">${t("player.muted")}</span>
          </button>`
        : null}
    </div>
  </section>`;
}

function Nothing() {
  const { t, evening } = usePage();
  return html`<div class="veil calm">
    <${Icon} name="film" />
    <p class="veil-title">${t("player.nothing")}</p>
    <p class="hint">${t(maySteer(evening.me) ? "player.nothing.steer" : "player.nothing.view")}</p>
  </div>`;
}

function AskFirst({ host }) {
  const { t, stage } = usePage();
  return html`<div class="veil" role="alert">
    <p>${t("player.private", { host })}</p>
    <button type="button" class="button" onClick=${() => stage.permit()}>${t("player.private.play")}</button>
  </div>`;
}

function Failed({ failure }) {
  const { t, evening, stage } = usePage();
  return html`<div class="veil" role="alert">
    <p class="veil-title">${t("player.failed")}</p>
    <p class="hint">${failureWords(t, failure)}</p>
    <p class="hint">${t("player.mpv")}</p>
    <${InTerminal} link=${`${location.origin}/s/${evening.session.code}`} />
    <button type="button" class="button" onClick=${() => stage.again()}>${t("player.retry")}</button>
  </div>`;
}
