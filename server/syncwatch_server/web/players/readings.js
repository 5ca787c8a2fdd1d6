// Where a playing `<video>` stands, to a fraction of a millisecond.
//
// Chromium's `currentTime` is fresh in every task, with a residual of 0.05 to 0.2 ms, and every so often one that is off
// by 2 to 9 ms (docs/sync-accuracy.md). So it is read some times, each between two looks at the clock; readings that took
// long are dropped, and of the others the middle ones are averaged.

/** Readings that make up one. */
export const READINGS = 10;

/** Milliseconds between two of them; a browser makes four of what is less, where timers are nested. */
export const APART = 4;

/** Seconds that one may take, from the look at the clock before it to the look after it. */
export const QUICK = 0.0005;

/** Of the readings in order of what they say, the part at each end that is not looked at. */
export const TRIMMED = 0.3;

/**
 * Several readings of one thing that moves at a steady rate, as one.
 *
 * @param {{position: number, before: number, after: number}[]} readings Position (s), and the clock before and after (s).
 * @param {number} rate Media seconds a second.
 * @returns {?{position: number, at: number}} null where none was quick.
 */
export function summarise(readings, rate) {
  const quick = readings.filter(({ before, after }) => after - before <= QUICK);
  if (quick.length === 0) return null;
  const { after: at } = quick[quick.length - 1];
  const brought = quick
    .map(({ position, before, after }) => position + rate * (at - (before + after) / 2))
    .sort((one, other) => one - other);
  const cut = Math.floor(brought.length * TRIMMED);
  const middle = brought.slice(cut, brought.length - cut);
  return { position: middle.reduce((sum, each) => sum + each, 0) / middle.length, at };
}

/** Read `element` some times; `isWanted` says whether it is still worth while. */
export async function read(element, { clock, timers, count = READINGS, isWanted = () => true }) {
  const readings = [];
  for (let number = 0; number < count; number += 1) {
    if (number > 0) await new Promise((resolve) => timers.setTimeout(resolve, APART));
    if (!isWanted()) return null;
    const before = clock();
    const position = element.currentTime;
    readings.push({ position, before, after: clock() });
  }
  return summarise(readings, element.playbackRate);
}
