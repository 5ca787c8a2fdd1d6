// What every panel draws from, and how it is drawn again when there is something new.

import { createContext, useContext, useEffect, useReducer, useState } from "../vendor/htm_preact.js";

/** `{t, evening, deck, storage, dialogs, …}`: made by app.js and session_view.js. */
export const Page = createContext(null);

export const usePage = () => useContext(Page);

/** Draws the component again whenever the evening changes, once a frame at most. */
export function useEvening() {
  const { evening } = usePage();
  const redraw = useReducer((count) => count + 1, 0)[1];
  useEffect(() => {
    let asked = null;
    const stop = evening.onChange(() => {
      asked ??= requestAnimationFrame(() => {
        asked = null;
        redraw();
      });
    });
    redraw();
    return () => {
      stop();
      cancelAnimationFrame(asked);
    };
  }, [evening]);
  return evening;
}

/** Draws the component again so often while `isRunning`. */
export function useTicks(milliseconds, isRunning = true) {
  const redraw = useReducer((count) => count + 1, 0)[1];
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(redraw, milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds, isRunning]);
}

/** Whether a media query holds, now and whenever that changes. */
export function useMedia(query) {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const onChange = () => setHolds(list.matches);
    onChange();
    list.addEventListener("change", onChange);
    return () => list.removeEventListener("change", onChange);
  }, [query]);
  return holds;
}
