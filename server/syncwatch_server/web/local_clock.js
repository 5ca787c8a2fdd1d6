// The browser's monotonic clock, which is made to go on through sleep: `performance.now()` stands still meanwhile on
// most systems, and the wall clock alone shows by how much. The twin of syncwatch_cli/local_clock.py.

/** Seconds by which the wall clock must have run ahead between two looks to be a sleep; below it somebody set it. */
const NOTABLE_SLEEP = 1;

/**
 * `clock()` in seconds, and `slept()`: seconds of sleep that came to light since the last look, by which the clock has
 * been put on.
 */
export function localClock(monotonic = () => performance.now() / 1000, wall = () => Date.now() / 1000) {
  let asleep = 0;
  let gap = wall() - monotonic();
  return {
    clock: () => monotonic() + asleep,
    slept: () => {
      const now = wall() - monotonic();
      const missed = now - gap;
      gap = now;
      if (missed < NOTABLE_SLEEP) return 0;
      asleep += missed;
      return missed;
    },
  };
}
