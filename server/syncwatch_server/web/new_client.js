// The VideoSessionClient of a browser's page, with what the browser offers.

import { localClock } from "./local_clock.js";
import { pageTimers } from "./page_timers.js";
import { io } from "./vendor/socket_io.js";
import { VideoSessionClient } from "./video_session_client.js";

/** Phones say so: the others see by what somebody watches. */
function platform() {
  const isPhone = navigator.userAgentData?.mobile ?? /Android|iPhone|iPad|Mobile/.test(navigator.userAgent);
  return isPhone ? "mobile" : "web";
}

export function newClient(storage) {
  return new VideoSessionClient({
    ...localClock(),
    makeSocket: (options) => io(options),
    timers: pageTimers(),
    storage,
    fetch: (...request) => fetch(...request),
    platform: platform(),
    version: "1",
  });
}
