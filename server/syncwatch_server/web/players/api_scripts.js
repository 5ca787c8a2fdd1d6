// The players' own scripts, each loaded once, from the site that they belong to. Tests point them elsewhere.

import { Failure } from "./failure.js";

/** Where each comes from. */
export const SCRIPTS = {
  youtube: "https://www.youtube.com/iframe_api",
  vimeo: "https://player.vimeo.com/api/player.js",
  dailymotion: "https://geo.dailymotion.com/libs/player.js",
  twitch: "https://player.twitch.tv/js/embed/v1.js",
};

const loading = new Map();

/** Seconds for which a script is waited for. */
const PATIENCE = 15;

/** Load a player's script; rejects with a `Failure`. */
export function script(name, timers) {
  if (!loading.has(name)) {
    const loaded = load(SCRIPTS[name], timers);
    // What failed is asked for again the next time.
    loaded.catch(() => loading.delete(name));
    loading.set(name, loaded);
  }
  return loading.get(name);
}

function load(source, timers) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    const { host } = new URL(source, location.href);
    const fail = () => reject(new Failure("script", { host }));
    const timer = timers.setTimeout(fail, PATIENCE * 1000);
    element.onload = () => {
      timers.clearTimeout(timer);
      resolve();
    };
    element.onerror = () => {
      timers.clearTimeout(timer);
      element.remove();
      fail();
    };
    element.src = source;
    element.referrerPolicy = "strict-origin-when-cross-origin";
    document.head.append(element);
  });
}
