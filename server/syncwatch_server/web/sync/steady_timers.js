// Timers that keep their time in a hidden page, where a browser's own come once a second, later once a minute.
//
// A worker has the timers, and rings by a message. Where there can be no worker the plain ones serve: then who is
// hidden starts late and meets the timeline by a restart.

/**
 * `setTimeout` and `clearTimeout` by a worker.
 *
 * `makeWorker` gives one that runs timer_worker.js; where it throws, or the worker fails, the `plain` timers are taken.
 *
 * @param {() => Worker} makeWorker
 * @param {{setTimeout: Function, clearTimeout: Function}} plain
 */
export function steadyTimers(makeWorker, plain) {
  const waiting = new Map();
  let worker = null;
  let count = 0;

  const ring = (id) => {
    const action = waiting.get(id)?.action;
    waiting.delete(id);
    action?.();
  };
  const setPlainly = (id, wait) => {
    const entry = waiting.get(id);
    entry.plain = plain.setTimeout(() => ring(id), wait);
  };
  const giveUp = () => {
    worker = null;
    // How long each has waited is not known any more: too soon is mended by whoever looks at the clock, never is not.
    for (const id of waiting.keys()) setPlainly(id, 0);
  };

  try {
    worker = makeWorker();
    worker.onmessage = (rung) => ring(rung.data);
    worker.onerror = giveUp;
  } catch {
    worker = null;
  }

  return {
    setTimeout(action, wait = 0) {
      count += 1;
      waiting.set(count, { action, plain: null });
      if (worker === null) setPlainly(count, wait);
      else worker.postMessage({ id: count, wait });
      return count;
    },

    clearTimeout(id) {
      const entry = waiting.get(id);
      if (entry === undefined) return;
      waiting.delete(id);
      if (entry.plain !== null) plain.clearTimeout(entry.plain);
      else worker?.postMessage({ id, wait: null });
    },
  };
}
