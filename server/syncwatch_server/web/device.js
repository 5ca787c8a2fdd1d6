// What this device offers beyond showing a page: a memory, a screen that stays on, controls on the lock screen, sharing.
// Over plain http browsers withhold some of it; `lacking` says what.

const NAME = "syncwatch.name";
const THEME = "syncwatch.theme";

/** The browser's memory; one that forgets at once where the browser lets the page have none. */
export function memory() {
  try {
    localStorage.getItem(NAME);
    return localStorage;
  } catch {
    const kept = new Map();
    return {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    };
  }
}

export const rememberedName = (storage) => storage.getItem(NAME) ?? "";
export const rememberName = (storage, name) => storage.setItem(NAME, name);

/** "auto", "dark" or "light". */
export const rememberedTheme = (storage) => storage.getItem(THEME) ?? "auto";

export function showTheme(storage, theme) {
  storage.setItem(THEME, theme);
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** What browsers do not have here, as keys of `settings.lack.…`. */
export function lacking() {
  const lacks = [];
  if (!("wakeLock" in navigator)) lacks.push("wake");
  if (!("serviceWorker" in navigator)) lacks.push("install");
  if (!("share" in navigator)) lacks.push("share");
  if (!navigator.clipboard) lacks.push("clipboard");
  return lacks;
}

/** Keeps the screen on while `keep(true)` holds and the page is seen. */
export function wakeLock() {
  let isWanted = false;
  let lock = null;
  const ask = async () => {
    if (!isWanted || lock !== null || !("wakeLock" in navigator) || document.visibilityState !== "visible") return;
    try {
      lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => (lock = null));
      if (!isWanted) await lock.release();
    } catch {
      // The battery is low, or the browser has other reasons.
    }
  };
  document.addEventListener("visibilitychange", ask);
  return {
    keep(wanted) {
      if (wanted === isWanted) return;
      isWanted = wanted;
      if (wanted) ask();
      else lock?.release().catch(() => {});
    },
    stop() {
      document.removeEventListener("visibilitychange", ask);
      this.keep(false);
    },
  };
}

/** What the lock screen and the keyboard's media keys show and do; `act` has the deck's functions. */
export function mediaSession(act) {
  const session = navigator.mediaSession;
  if (session === undefined) return { show() {}, stop() {} };
  const handlers = {
    play: () => act.play(),
    pause: () => act.pause(),
    seekbackward: ({ seekOffset }) => act.seekBy(-(seekOffset ?? 10)),
    seekforward: ({ seekOffset }) => act.seekBy(seekOffset ?? 10),
    seekto: ({ seekTime }) => act.seekTo(seekTime),
    nexttrack: () => act.next(),
  };
  const set = (name, handler) => {
    try {
      session.setActionHandler(name, handler);
    } catch {
      // This browser has no such control.
    }
  };
  for (const [name, handler] of Object.entries(handlers)) set(name, handler);
  return {
    show({ title, artist, artwork, isPlaying, position, duration, rate }) {
      session.metadata = title === null ? null : new MediaMetadata({ title, artist, artwork });
      session.playbackState = title === null ? "none" : isPlaying ? "playing" : "paused";
      try {
        if (duration > 0) session.setPositionState({ duration, playbackRate: rate, position: Math.min(position, duration) });
        else session.setPositionState();
      } catch {
        // A position that this browser finds odd is not shown.
      }
    },
    stop() {
      session.metadata = null;
      for (const name of Object.keys(handlers)) set(name, null);
    },
  };
}

/** Copy text; false where the browser lets nobody, and the person has to. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Hand a link to the system's share sheet; false where there is none or it was dismissed. */
export async function share(title, url) {
  try {
    await navigator.share({ title, url });
    return true;
  } catch {
    return false;
  }
}

/** A link that was shared to the installed page, or an empty text: /?title=…&text=…&url=… */
export function sharedLink(search) {
  const asked = new URLSearchParams(search);
  const found = [asked.get("url"), asked.get("text"), asked.get("title")].join(" ").match(/https?:\/\/\S+/);
  return found === null ? "" : found[0];
}
