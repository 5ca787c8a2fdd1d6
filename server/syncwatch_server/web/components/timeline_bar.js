// The timeline to drag: a range input, so that keyboards and screen readers know what to do with it.
//
// While it is dragged only the person sees where they would go; the session goes there as they let go.

import { html, useRef, useState } from "../vendor/htm_preact.js";
import { timeText } from "../figures.js";
import { useTicks, usePage } from "./context.js";

/** Milliseconds in which the session answers a seek, mostly. */
const ANSWER_WITHIN = 800;

export function Timeline({ maySteer }) {
  const { t, evening, deck } = usePage();
  const [dragged, setDragged] = useState(null);
  const isDragging = useRef(false);
  const { session } = evening;
  const duration = session.media?.duration ?? null;
  useTicks(250, session.playback.isPlaying || dragged !== null);

  if (session.media?.live) return html`<p class="live"><span class="live-dot" aria-hidden="true"></span>${t("controls.live")}</p>`;
  const position = dragged ?? evening.position() ?? session.playback.currentTime;
  const end = duration ?? Math.max(position, 1);
  const share = `${Math.min(100, (100 * position) / Math.max(end, 0.001)).toFixed(3)}%`;

  const drag = (event) => {
    isDragging.current = true;
    setDragged(Number(event.target.value));
  };
  const drop = async (event) => {
    const to = Number(event.target.value);
    isDragging.current = false;
    await deck.seekTo(to);
    // The session's answer is on its way: until it is there the bar stays where it was let go.
    await nextPlayback(evening);
    if (!isDragging.current) setDragged(null);
  };
  // Arrow keys go by the same steps as everywhere on the page, which the page's own keys see to.
  return html`<div class="timeline">
    <span class="time" aria-hidden="true">${timeText(position)}</span>
    <input
      type="range"
      class="timeline-bar"
      min="0"
      max=${end}
      step="any"
      value=${position}
      style=${{ "--share": share }}
      disabled=${!maySteer || session.media === null}
      aria-label=${t("controls.position")}
      aria-valuetext=${t("controls.position.of", { position: timeText(position), duration: timeText(duration) })}
      onInput=${drag}
      onChange=${drop}
    />
    <span class="time" aria-hidden="true">${timeText(duration)}</span>
  </div>`;
}

function nextPlayback(evening) {
  const { playback } = evening.session;
  return new Promise((resolve) => {
    const stop = evening.onChange(() => evening.session?.playback !== playback && done());
    const timer = setTimeout(() => done(), ANSWER_WITHIN);
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
  });
}
