// The page's keys, wherever the focus is but in what takes keys itself. The terminal's interface has the same ones.

const STEPS = { ArrowLeft: -5, ArrowRight: 5, ArrowUp: 60, ArrowDown: -60 };

/** Whether what has the focus wants this key for itself. */
function isTaken(target, key) {
  if (target.closest?.("dialog")) return true;
  if (target.matches?.("textarea, select, [contenteditable]")) return true;
  if (target.matches?.("input[type=range]")) return target.matches(".volume") && key.startsWith("Arrow");
  if (target.matches?.("input:not([type=checkbox])")) return true;
  if (target.matches?.("[role=log], [role=tab]") && key.startsWith("Arrow")) return true;
  return key === " " && target.matches?.("button, summary, a, input, [role=tab]") === true;
}

/** Listens until the function that it gives is called; `acts` has what the keys do. */
export function listenToKeys(acts) {
  const { deck } = acts;
  const keys = {
    " ": () => deck.playOrPause(),
    "[": () => deck.changeRate(-1),
    "]": () => deck.changeRate(1),
    n: () => deck.next(),
    t: acts.chat,
    i: acts.invite,
    f: acts.fullscreen,
    m: acts.mute,
    "?": acts.help,
    F1: acts.help,
  };
  const listener = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTaken(event.target, event.key)) return;
    const step = STEPS[event.key];
    const act = step === undefined ? keys[event.key] : () => deck.seekBy(step);
    if (act === undefined) return;
    const isOfPlayback = step !== undefined || " []n".includes(event.key);
    event.preventDefault();
    if (!isOfPlayback || acts.maySteer()) act();
  };
  document.addEventListener("keydown", listener);
  return () => document.removeEventListener("keydown", listener);
}
