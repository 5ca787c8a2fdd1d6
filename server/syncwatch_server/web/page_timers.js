// The timers of a page, which keep their time while it is hidden: one worker for all that wait in it.

import { steadyTimers } from "./sync/steady_timers.js";

let timers = null;

/** `{setTimeout, clearTimeout}` for the client and for the session runtime beside it. */
export function pageTimers() {
  const makeWorker = () => new Worker(new URL("./sync/timer_worker.js", import.meta.url));
  timers ??= steadyTimers(makeWorker, {
    setTimeout: (...wait) => setTimeout(...wait),
    clearTimeout: (timer) => clearTimeout(timer),
  });
  return timers;
}
