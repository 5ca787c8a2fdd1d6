// Two participants, each as an application without a document has it: VideoSessionClient, SessionRuntime and a player
// of their own, at a real server. Arguments: the server's URL, the folder of the page's modules. Prints what it saw.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { io } from "socket.io-client";
import { StandInPlayer } from "../../web/scenes/stage.mjs";

const [server, modules] = process.argv.slice(2);
const folder = pathToFileURL(`${modules}/`);
const { VideoSessionClient } = await import(new URL("video_session_client.js", folder));
const { SessionRuntime } = await import(new URL("sync/session_runtime.js", folder));

const time = {
  get now() {
    return performance.now() / 1000;
  },
  timers: { setTimeout, clearTimeout },
};

/** One participant, whose clock is ahead by so many seconds. */
class Person {
  constructor(ahead) {
    const own = {
      get now() {
        return time.now + ahead;
      },
      timers: time.timers,
    };
    this.player = new StandInPlayer(own);
    this.notices = [];
    const storage = { getItem: () => null, setItem: () => {}, removeItem: () => {} };
    const clock = () => own.now;
    const makeSocket = (options) => io(server, { ...options, forceNew: true });
    const given = { makeSocket, clock, slept: () => 0, timers: time.timers, storage, server };
    this.client = new VideoSessionClient({ ...given, fetch: globalThis.fetch, version: "test" });
    this.runtime = new SessionRuntime({
      client: this.client,
      playerFor: (media) => ({ player: this.player, source: media.url }),
      clock,
      timers: time.timers,
      listener: (fact) => fact.type === "notice" && this.notices.push(fact.code),
    });
    this.runtime.start();
  }

  get state() {
    return this.runtime.view().state;
  }
}

/** Wait until it holds, which it must within so many seconds; gives how long that took. */
async function until(what, holds, seconds = 15) {
  const began = time.now;
  while (!holds()) {
    if (time.now > began + seconds) throw new Error(`never: ${what}; ${ann.state} ${ben.state} ${apart()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return time.now - began;
}

const ann = new Person(0);
const ben = new Person(5000);
const apart = () => Math.abs(ann.player.position() - ben.player.position());
const both = (state) => ann.state === state && ben.state === state;

await ann.client.createSession({ displayName: "Ann", url: "https://example.org/film.mp4" });
await ben.client.joinSession({ code: ann.client.session.code, displayName: "Ben" });
await until("both stand on the first frame", () => both("paused"));

assert.equal(ann.runtime.hand("play"), false);
await ann.client.send("video-play", { at: ann.client.serverNow() });
const isMeasured = ({ runtime }) => runtime.view().inSync && runtime.view().drift !== null;
await until("both are measured to be in sync", () => both("playing") && [ann, ben].every(isMeasured));
await until("both play together", () => apart() < 0.01);
const playing = apart();

ben.runtime.hand("seek", { position: 300 });
await until("both are elsewhere", () => both("playing") && ann.player.position() > 300.1 && apart() < 0.02);

ann.client._link.drop();
await until("the seat is lost", () => !ann.client.isConnected);
ben.runtime.hand("pause");
await until("both stand, also who was away", () => both("paused") && ann.client.isConnected && apart() === 0);
const stands = [ann.player.position(), ben.player.position()];

process.stdout.write(JSON.stringify({ playing, stands, notices: [ann.notices, ben.notices] }));
await Promise.all([ann, ben].map((it) => it.client.cleanup()));
process.exit(0);
