// A player and its steering in a loop, beside a timeline that no server is needed for: what the session runtime does with
// a coarse player, and what a stand-in alone knows, where the film truly is.

/** The script of a site, and the player made of it, with a film that stands at `position`. */
export async function begin({ site, source, position, knobs }) {
  globalThis.KNOBS = knobs;
  const { SCRIPTS } = await import("/web/players/api_scripts.js");
  SCRIPTS[site] = new URL(`/stand_ins/${site}.js`, location.href).href;
  const { makePlayer } = await import(`/web/players/${site}.js`);
  const clock = () => performance.now() / 1000;
  const player = makePlayer({ place: document.getElementById("place"), clock, timers: window, language: "en" });
  const told = [];
  player.listener = (event) => told.push(event);
  Object.assign(globalThis, { player, told, clock });
  player.load(source, position);
}

/**
 * Play for so many seconds beside a timeline; gives the true drift twenty times a second, and what it cost.
 *
 * `disturb`: after so many seconds the film is thrown by so many, as by a machine that was busy.
 */
export async function follow({ seconds, from, disturb = null }) {
  const { player, clock, standIn } = globalThis;
  const anchoredAt = clock() + 0.3;
  const positionAt = (instant) => from + Math.max(0, instant - anchoredAt);
  await sleep(0.3);
  player.unpause();
  const before = { ...standIn.counts };
  const drifts = [];
  let thrown = disturb === null;
  let next = 0;
  for (let at = clock(); at < anchoredAt + seconds; at = clock()) {
    if (!thrown && at > anchoredAt + disturb.after) {
      thrown = true;
      standIn._position += disturb.by;
    }
    drifts.push({ after: at - anchoredAt, drift: standIn.position() - positionAt(at) });
    if (at >= next) {
      next = at + 0.25;
      const sample = player.sample();
      if (sample !== null) {
        player.steer({ drift: sample.position - positionAt(sample.at), at: sample.at, sessionRate: 1, positionAt });
      }
    }
    await sleep(0.05);
  }
  const counts = Object.fromEntries(Object.entries(standIn.counts).map(([name, count]) => [name, count - before[name]]));
  return { drifts, counts };
}

function sleep(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
