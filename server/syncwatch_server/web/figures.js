// Figures in words: times, and how far somebody is from the timeline.

/** A position as people write it: `1:02:03`, `2:03`; null is `–:––`. */
export function timeText(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–:––";
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(rest).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** A duration in the unit that suits it: `0.4 ms`, `120 ms`, `1.5 s`. */
export function spanText(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const size = Math.abs(seconds);
  if (size >= 1) return `${size.toFixed(1)} s`;
  return `${(size * 1000).toFixed(size < 0.01 ? 1 : 0)} ms`;
}

/** A drift with its sign and what is not known of it: `+0.4 ms ± 0.3`. */
export function driftText(drift, uncertainty) {
  if (drift === null || drift === undefined) return null;
  const sign = drift < 0 ? "−" : "+";
  const inSeconds = Math.abs(drift) >= 1;
  const around = uncertainty ?? null;
  const beside = around === null ? "" : ` ± ${inSeconds ? around.toFixed(1) : (around * 1000).toFixed(around < 0.01 ? 1 : 0)}`;
  return `${sign}${spanText(drift)}${beside}`;
}

/** Seconds within which nobody can tell two players apart; docs/sync.md: below it nothing is corrected but by nudges. */
export const IN_SYNC = 0.02;

/** How good a drift is: "good", "fair" or "poor"; null where nothing was measured. */
export function quality(drift) {
  if (drift === null || drift === undefined) return null;
  const size = Math.abs(drift);
  return size < IN_SYNC ? "good" : size < 0.12 ? "fair" : "poor";
}

/** A drift's history as the points of a line, `width` by `height`; ± `reach` seconds fill the height. */
export function sparkline(drifts, width, height, reach = 0.03) {
  const step = width / Math.max(1, drifts.length - 1);
  return drifts
    .map((drift, index) => {
      const up = Math.max(-1, Math.min(1, drift / reach));
      return `${(index * step).toFixed(1)},${(height / 2 - (up * (height - 2)) / 2).toFixed(1)}`;
    })
    .join(" ");
}

/** What a media or an item of the queue is called. */
export function titleOf(item) {
  return item?.title || item?.file?.name || item?.url || "";
}
