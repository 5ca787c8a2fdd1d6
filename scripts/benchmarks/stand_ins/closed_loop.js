// A player and its steering in a loop, beside a timeline that no server is needed for: what the session runtime does with
// a coarse player, and what a stand-in alone knows, where the film truly is.

/** Seconds between two readings: session_runtime.js, SAMPLE_EVERY. */
const LOOKS_EVERY = 0.25;

/** Seconds for which it stands before it is let go: a command's echo is over then. */
const STANDS = 1.2;

/** Seconds after a start at which it plays wherever it will, and nothing was corrected yet (coarse_steering.js, REST). */
const SHOWS_START = 1.4;

/** Seconds after that within which the first correction is decided on. */
const LEARNS_WITHIN = 1.2;

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
      next = at + LOOKS_EVERY;
      steer(player, positionAt);
    }
    await sleep(0.05);
  }
  const counts = Object.fromEntries(Object.entries(standIn.counts).map(([name, count]) => [name, count - before[name]]));
  return { drifts, counts };
}

/** Tell it its drift, as the session runtime does. */
function steer(player, positionAt) {
  const sample = player.sample();
  if (sample === null) return;
  player.steer({ drift: sample.position - positionAt(sample.at), at: sample.at, sessionRate: 1, positionAt });
}

/**
 * Start so many times as everybody does: pause, go elsewhere, and be let go as the timeline comes to where it landed.
 *
 * Gives the true drift after each, before a correction may have come.
 */
export async function start({ times, from }) {
  const { player, clock, standIn, told } = globalThis;
  const drifts = [];
  for (let time = 0; time < times; time += 1) {
    player.pause();
    told.length = 0;
    player.seek(from + 10 * time);
    await until(() => told.some(({ type }) => type === "playerLanded"));
    await sleep(STANDS);
    const { position } = told.find(({ type }) => type === "playerLanded");
    const anchoredAt = clock();
    const positionAt = (instant) => position + instant - anchoredAt;
    player.unpause();
    await sleep(SHOWS_START);
    drifts.push(standIn.position() - positionAt(clock()));
    for (const end = clock() + LEARNS_WITHIN; clock() < end; await sleep(LOOKS_EVERY)) steer(player, positionAt);
  }
  return drifts;
}

async function until(holds) {
  while (!holds()) await sleep(0.02);
}

function sleep(seconds) {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
