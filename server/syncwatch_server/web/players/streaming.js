// HLS and DASH in a `<video>`: by hls.js and dash.js where the browser needs them, which are loaded only then.

import { Failure } from "./failure.js";

/** How often a part of a stream is asked for again: everybody waits for who has none, so a fresh way is found sooner. */
const PATIENCE = {
  timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
  errorRetry: { maxNumRetry: 3, retryDelayMs: 500, maxRetryDelayMs: 2000 },
};

/**
 * Let `element` play what is at `url`, in the form `"hls"`, `"dash"` or `"file"`.
 *
 * `fail(fault, {isNetwork})` hears of what can't be mended. Gives a function that lets go of it.
 *
 * @returns {Promise<() => void>}
 */
export async function attach(element, url, { form, position, fail }) {
  if (form === "hls") return attachHls(element, url, position, fail);
  if (form === "dash") return attachDash(element, url, position, fail);
  return attachFile(element, url);
}

function attachFile(element, url) {
  element.src = url;
  element.load();
  return () => {
    element.removeAttribute("src");
    element.load();
  };
}

async function attachHls(element, url, position, fail) {
  const { default: Hls, ErrorTypes, Events } = await import("../vendor/hls.js");
  // Chromium says "maybe" to HLS of its own and then plays none, so hls.js is asked first.
  if (!Hls.isSupported()) return attachFile(element, url);
  const hls = new Hls({
    startPosition: position,
    workerPath: new URL("../vendor/hls_worker.js", import.meta.url).href,
    // What was played is kept for a short way back, which is most of what people seek.
    backBufferLength: 60,
    fragLoadPolicy: { default: { ...PATIENCE, maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 60_000 } },
  });
  let mends = 0;
  hls.on(Events.ERROR, (_, { fatal, type, details, response }) => {
    if (!fatal) return;
    if (type === ErrorTypes.MEDIA_ERROR && mends < 2) {
      mends += 1;
      hls.recoverMediaError();
      return;
    }
    const isNetwork = type === ErrorTypes.NETWORK_ERROR;
    const status = response?.code ? ` (HTTP ${response.code})` : "";
    fail(isNetwork ? new Failure("no-answer", { status }) : new Failure("not-decoded", { why: ` (${details})` }), { isNetwork });
  });
  hls.loadSource(url);
  hls.attachMedia(element);
  return () => hls.destroy();
}

async function attachDash(element, url, position, fail) {
  const { MediaPlayer } = await import("../vendor/dash.js");
  const player = MediaPlayer().create();
  player.updateSettings({
    debug: { logLevel: 0 },
    streaming: {
      // The rate is ours.
      liveCatchup: { enabled: false },
      buffer: { bufferToKeep: 60 },
    },
  });
  player.on(MediaPlayer.events.ERROR, ({ error }) => {
    // 10 to 17 and 25 to 31 are requests that failed: dash.js, Errors.
    const isNetwork = !error?.code || error.code < 32;
    const own = error?.message === undefined ? new Failure("not-decoded", { why: "" }) : error;
    fail(isNetwork ? new Failure("no-answer", { status: "" }) : own, { isNetwork });
  });
  player.initialize(element, url, false, position);
  return () => player.destroy();
}
