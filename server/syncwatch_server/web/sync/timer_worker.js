// The other side of steady_timers.js: a worker, whose timers a browser does not slow down while the page is hidden.

const waiting = new Map();

onmessage = (asked) => {
  const { id, wait } = asked.data;
  clearTimeout(waiting.get(id));
  waiting.delete(id);
  if (wait === null) return;
  const rings = () => {
    waiting.delete(id);
    postMessage(id);
  };
  waiting.set(id, setTimeout(rings, wait));
};
