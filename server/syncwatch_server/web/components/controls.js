// The playback bar beneath the video: nothing of it lies on the video, since some players must not be covered.

import { html } from "../vendor/htm_preact.js";
import { RATES } from "../deck.js";
import { maySteer } from "../session_state.js";
import { useEvening, usePage } from "./context.js";
import { IconButton } from "./icons.js";
import { Timeline } from "./timeline_bar.js";

export function Controls({ sound, onFullscreen }) {
  const { t, deck } = usePage();
  const evening = useEvening();
  const { session, me } = evening;
  const { playback, media, queue } = session;
  const steers = maySteer(me);
  const isIdle = !steers || media === null;
  return html`<section class="controls" aria-label=${t("controls.region")}>
    <${Timeline} maySteer=${steers} />
    <div class="buttons">
      <${IconButton} icon="back" label=${t("controls.back")} disabled=${isIdle} onClick=${() => deck.seekBy(-10)} />
      <${IconButton}
        icon=${playback.isPlaying ? "pause" : "play"}
        kind="play"
        label=${playback.isPlaying ? t("controls.pause") : t("controls.play")}
        disabled=${isIdle}
        onClick=${() => deck.playOrPause()}
      />
      <${IconButton} icon="forward" label=${t("controls.forward")} disabled=${isIdle} onClick=${() => deck.seekBy(10)} />
      <${IconButton} icon="next" label=${t("controls.next")} disabled=${!steers || queue.length === 0} onClick=${() => deck.next()} />
      <span class="gap"></span>
      <label class="rate">
        <span class="visually-hidden">${t("controls.rate")}</span>
        <select value=${String(playback.rate)} disabled=${isIdle} onChange=${(event) => deck.setRate(Number(event.target.value))}>
          ${withCurrent(playback.rate).map(
            (rate) => html`<option value=${String(rate)} selected=${rate === playback.rate}>${rate}×</option>`,
          )}
        </select>
      </label>
      ${sound ? html`<${Sound} sound=${sound} />` : null}
      <${IconButton} icon="fullscreen" label=${t("controls.fullscreen")} onClick=${onFullscreen} />
    </div>
    ${steers ? null : html`<p class="hint">${t("controls.viewer")}</p>`}
  </section>`;
}

function Sound({ sound }) {
  const { t } = usePage();
  const { muted, volume } = sound.state;
  const isMuted = muted || volume === 0;
  return html`<span class="sound">
    <${IconButton}
      icon=${isMuted ? "muted" : "volume"}
      label=${isMuted ? t("controls.unmute") : t("controls.mute")}
      onClick=${() => sound.set({ muted: !isMuted, volume: volume === 0 ? 1 : volume })}
    />
    <input
      type="range"
      class="volume"
      min="0"
      max="1"
      step="0.02"
      value=${isMuted ? 0 : volume}
      aria-label=${t("controls.volume")}
      onInput=${(event) => sound.set({ muted: false, volume: Number(event.target.value) })}
    />
  </span>`;
}

function withCurrent(rate) {
  return RATES.includes(rate) ? RATES : [...RATES, rate].sort((one, other) => one - other);
}
