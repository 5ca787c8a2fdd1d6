// Keeps the shell of the page on the device, so that an installed SyncWatch opens at once, and opens offline.
//
// The shell alone: what a session says, what is watched and what other sites serve never goes through here.

const CACHE = "syncwatch-shell";

/** Files of at most so many versions are kept; the streaming libraries are many times larger than the rest. */
const KEPT = 120;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && (url.pathname === "/" || url.pathname.startsWith("/s/"))) {
    event.respondWith(page(request));
  } else if (/^\/web\/[0-9a-f]{12}\//.test(url.pathname)) {
    event.respondWith(file(request));
  }
});

/** The page as the server has it now; the one that was kept where there is no server to be had. */
async function page(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    // Every page is the same but for what it says of its code, which is not to be kept.
    if (answer.ok && new URL(request.url).pathname === "/") await cache.put("/", answer.clone());
    return answer;
  } catch (fault) {
    const kept = await cache.match("/");
    if (kept === undefined) throw fault;
    return kept;
  }
}

/** A file of a version never changes: once it is here, it is not asked for again. */
async function file(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.headers.get("Cache-Control")?.includes("immutable")) {
    await cache.put(request, answer.clone());
    await forgetOldest(cache);
  }
  return answer;
}

async function forgetOldest(cache) {
  const known = await cache.keys();
  const files = known.filter((request) => new URL(request.url).pathname !== "/");
  await Promise.all(files.slice(0, Math.max(0, files.length - KEPT)).map((request) => cache.delete(request)));
}
