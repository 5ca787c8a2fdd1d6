// Scenes of the session runtime. Each is a promise in a sentence, and a function that throws where it is not kept.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";

import { ESTIMATE, FILM, StandInClient, StandInPlayer, VirtualTime, playback } from "./stage.mjs";

const folder = pathToFileURL(`${process.argv[2]}/`);
const { SessionRuntime } = await import(new URL("sync/session_runtime.js", folder));
const { ClockEstimate } = await import(new URL("sync/clock.js", folder));
const { NoPlayer } = await import(new URL("players/player.js", folder));

/** A runtime with all that it needs, seated in a session that stands paused at 10 of a film. */
class Stage {
  time = new VirtualTime();
  client = new StandInClient();
  heard = [];

  constructor({ capabilities, options = {}, ...given } = {}) {
    this.player = new StandInPlayer(this.time, capabilities);
    this.runtime = new SessionRuntime({
      client: this.client,
      playerFor: () => ({ player: this.player, source: "film.mp4", title: "a film" }),
      clock: this.time.clock,
      timers: this.time.timers,
      listener: (fact) => this.heard.push(fact),
      spin: 0,
      ...options,
      ...given,
    });
    this.client.answers = (event, payload) => ({ ok: true, playback: this.answer(event, payload) });
    this.revision = 1;
  }

  /** What the session makes of an action: it does it, a tenth of a second later where it plays. */
  answer(event, { currentTime, rate }) {
    this.revision += 1;
    const before = this.now;
    const playing = event === "video-play" || (event !== "video-pause" && before.isPlaying);
    const moved = before.isPlaying ? Math.max(0, this.time.now + 1000 - before.at) * before.rate : 0;
    const position = currentTime ?? before.currentTime + moved;
    const at = this.time.now + (playing ? 0.2 : 0);
    this.now = playback(this.revision, { position, playing, rate: rate ?? before.rate, at, by: "me" });
    return this.now;
  }

  async seated(given = {}) {
    this.runtime.start();
    this.now = playback(1, given);
    this.client.tell({ type: "exchanged", estimate: new ClockEstimate(ESTIMATE) });
    this.takesSeat(false);
    await this.time.run(0.5);
    return this;
  }

  takesSeat(isAgain) {
    const session = { media: FILM, playback: this.now };
    this.client.tell({ type: "seated", participantId: "me", session, isAgain });
  }

  async playing() {
    await this.seated();
    this.hears({ position: 10, playing: true, at: this.time.now + 0.2 });
    await this.time.run(3);
    return this;
  }

  hears(given, media = FILM) {
    this.revision += 1;
    this.now = playback(this.revision, given);
    this.client.tell({ type: "playback", media, playback: this.now });
  }

  /** By how much the player is ahead of the session, s. */
  drift() {
    const { currentTime, isPlaying, rate, at } = this.now;
    const moved = isPlaying ? Math.max(0, this.time.now + 1000 - at) * rate : 0;
    return this.player.position() - currentTime - moved;
  }

  notices() {
    return this.heard.filter(({ type }) => type === "notice").map(({ code }) => code);
  }
}

const close = (one, other, within = 1e-6) => assert.ok(Math.abs(one - other) <= within, `${one} is not ${other}`);

const scenes = {
  "the film is loaded where the session stands, and the session is told": async () => {
    const stage = await new Stage().seated();

    assert.deepEqual(stage.player.calls.find(({ name }) => name === "load").given, ["film.mp4", 10]);
    const { payload } = stage.client.posted.at(-1);
    assert.equal(payload.state, "paused");
    const { mediaId, title, duration, currentTime } = payload;
    assert.deepEqual([mediaId, title, duration, currentTime], ["m1", "a film", 600, 10]);
  },

  "a start is made at its very instant": async () => {
    const stage = await new Stage().seated();
    const at = stage.time.now + 0.25;

    stage.hears({ position: 10, playing: true, at });
    await stage.time.run(1);

    close(stage.player.calls.findLast(({ name }) => name === "unpause").at, at);
    close(stage.drift(), 0);
  },

  "a player that says how late it starts is let go so much sooner, the first time too": async () => {
    const stage = await new Stage({ capabilities: { startsLate: 0.07 } }).seated();
    const at = stage.time.now + 0.25;

    stage.hears({ position: 10, playing: true, at });
    await stage.time.run(0.3);

    close(stage.player.calls.findLast(({ name }) => name === "unpause").at, at - 0.07);
  },

  "a player that turns coarse while it plays is left to take its drift out by itself": async () => {
    const stage = await new Stage().playing();
    const steered = [];
    stage.player.steer = (steering) => steered.push(steering);
    stage.player.capabilities.fineRate = false;
    stage.player.isPushedTo(stage.player.position() - 3);
    await stage.time.run(1);

    assert.ok(steered.length > 2);
    assert.equal(stage.runtime.view().restarts, 0);
  },

  "a start that is called off is not made": async () => {
    const stage = await new Stage().seated();

    stage.hears({ position: 10, playing: true, at: stage.time.now + 0.25 });
    await stage.time.run(0.1);
    stage.hears({ position: 10 });
    await stage.time.run(1);

    assert.ok(!stage.player.deeds.includes("unpause"));
  },

  "a device that runs fast is held to the timeline by nudges": async () => {
    const stage = await new Stage().seated();
    stage.player.device = 1.0002;
    stage.hears({ position: 10, playing: true, at: stage.time.now + 0.2 });
    await stage.time.run(40);

    close(stage.drift(), 0, 0.0005);
    assert.equal(stage.player.deeds.filter((name) => name === "seek").length, 0);
    assert.equal(stage.runtime.view().inSync, true);
  },

  "who is pushed far off meets the timeline by a restart": async () => {
    const stage = await new Stage().playing();

    stage.player.isPushedTo(stage.player.position() - 3);
    await stage.time.run(2);

    close(stage.drift(), 0, 0.01);
    assert.equal(stage.runtime.view().restarts, 1);
  },

  "a coarse player takes its drift out by itself, and is told where all are": async () => {
    const stage = new Stage({ capabilities: { fineRate: false, rates: [1] } });
    const steered = [];
    stage.player.steer = (steering) => steered.push(steering);
    await stage.playing();
    stage.player.isPushedTo(stage.player.position() - 3);
    await stage.time.run(1);

    const { drift, at, sessionRate, positionAt } = steered.at(-1);
    close(drift, -3, 0.01);
    assert.equal(sessionRate, 1);
    close(positionAt(at), stage.player.position() + 3 - (stage.time.now - at), 0.01);
    assert.equal(stage.runtime.view().restarts, 0);
  },

  "a pause on the page acts at once, and ends on the frame that was seen": async () => {
    const stage = await new Stage().playing();

    assert.equal(stage.runtime.hand("pause"), true);
    const seen = stage.player.position();
    assert.equal(stage.player.calls.at(-1).name, "seek");
    await stage.time.run(0.5);

    const [{ event, payload }] = stage.client.sent;
    assert.equal(event, "video-pause");
    close(payload.at, stage.time.now - 0.5 + 1000);
    close(payload.currentTime, seen, 1e-3);
    close(stage.player.position(), payload.currentTime);
    assert.equal(stage.runtime.view().state, "paused");
  },

  "a play on the page is for the session, and made with all the others from where the player stands": async () => {
    const stage = await new Stage().seated();

    assert.equal(stage.runtime.hand("play"), false);
    stage.hears({ position: 10, playing: true, at: stage.time.now + 0.2 });
    assert.equal(stage.runtime.hand("play"), true);
    await stage.time.run(1);

    assert.deepEqual(stage.player.deeds, ["load", "unlock", "unlock", "unpause"]);
    close(stage.drift(), 0, 0.001);
  },

  "a play on the page waits its turn behind what was done just before": async () => {
    const stage = await new Stage().seated();

    stage.runtime.hand("seek", { position: 300 });
    assert.equal(stage.runtime.hand("play"), true);
    await stage.time.run(1);

    assert.deepEqual(stage.client.sent.map(({ event }) => event), ["video-seek", "video-play"]);
    close(stage.drift(), 0, 0.001);
    assert.ok(stage.player.position() > 300);
  },

  "a seek on the page shows its place, and goes on with all the others": async () => {
    const stage = await new Stage().playing();

    stage.runtime.hand("seek", { position: 300 });
    assert.deepEqual(stage.player.calls.findLast(({ name }) => name === "seek").given, [300]);
    await stage.time.run(1);

    assert.equal(stage.client.sent.at(-1).payload.currentTime, 300);
    close(stage.drift(), 0, 0.001);
  },

  "a seek on the page while paused brings the player there once": async () => {
    const stage = await new Stage().seated();

    stage.runtime.hand("seek", { position: 300 });
    await stage.time.run(1);

    assert.equal(stage.player.deeds.filter((name) => name === "seek").length, 1);
    assert.equal(stage.player.position(), 300);
  },

  "a rate on the page is played at once, with its pitch corrected": async () => {
    const stage = await new Stage().playing();

    stage.runtime.hand("rate", { rate: 1.5 });
    await stage.time.run(1);

    const [, wish] = stage.player.calls.findLast(({ name }) => name === "setRate").given;
    assert.deepEqual(wish, { keepPitch: true, sessionRate: 1.5 });
    assert.deepEqual(stage.client.sent.at(-1).payload.rate, 1.5);
  },

  "without a player the page's controls are for the session alone": async () => {
    const stage = new Stage();
    stage.runtime.start();

    assert.equal(stage.runtime.hand("play"), false);
  },

  "without a link a person goes on by themselves, and the session hears of it afterwards": async () => {
    const stage = await new Stage().playing();
    stage.client.tell({ type: "lost" });

    stage.runtime.hand("pause");
    await stage.time.run(2);
    assert.equal(stage.client.sent.length, 0);
    stage.runtime.hand("play");
    assert.ok(stage.player.deeds.at(-1) === "unpause");
    await stage.time.run(2);
    stage.takesSeat(true);
    await stage.time.run(2);

    assert.deepEqual(stage.client.sent.map(({ event }) => event), ["video-pause", "video-play"]);
    close(stage.drift(), 0, 0.01);
  },

  "a refusal is told, and undone at the player": async () => {
    const stage = await new Stage().playing();
    stage.client.answers = () => {
      throw Object.assign(new Error("only the host may"), { code: "forbidden", playback: null });
    };

    stage.runtime.hand("pause");
    await stage.time.run(1);

    assert.deepEqual(stage.notices(), ["forbidden"]);
    close(stage.drift(), 0, 0.001);
    assert.equal(stage.runtime.view().state, "playing");
  },

  "an action that a broken link swallowed is said again": async () => {
    const stage = await new Stage().playing();
    const { answers } = stage.client;
    stage.client.answers = () => {
      throw Object.assign(new Error("the connection broke"), { code: "server-unreachable" });
    };
    stage.runtime.hand("pause");
    await stage.time.run(0.2);
    stage.client.tell({ type: "lost" });
    stage.client.answers = answers;
    stage.takesSeat(true);
    await stage.time.run(1);

    assert.deepEqual(stage.client.sent.map(({ event }) => event), ["video-pause", "video-pause"]);
    assert.deepEqual(stage.notices(), []);
    assert.equal(stage.runtime.view().state, "paused");
  },

  "who is hidden and stopped is away, moves nobody, and meets the timeline when they are back": async () => {
    const stage = await new Stage().playing();
    stage.player.isAway = "hidden";
    stage.player.pause();
    await stage.time.run(5);

    assert.deepEqual([stage.runtime.view().state, stage.runtime.view().drift], ["away", null]);
    assert.equal(stage.client.posted.at(-1).payload.state, "away");
    assert.equal(stage.client.sent.length, 0);

    stage.player.isAway = null;
    stage.player.unpause();
    stage.runtime.look();
    await stage.time.run(0.4);

    // At once, and not only when two readings have said so.
    close(stage.drift(), 0, 0.01);
    assert.equal(stage.client.posted.at(-1).payload.state, "playing");
    assert.equal(stage.client.sent.length, 0);
  },

  "a browser that wants a touch is told to the page, which lets the player play aloud by it": async () => {
    const stage = await new Stage().seated();
    stage.player.isAway = "gesture";
    stage.player.listener({ type: "gestureNeeded" });

    stage.runtime.unlock();
    stage.player.isAway = null;
    stage.player.listener({ type: "gestureGiven" });

    assert.ok(stage.player.deeds.includes("unlock"));
    const told = stage.heard.map(({ type }) => type).filter((type) => type.startsWith("gesture"));
    assert.deepEqual(told, ["gestureNeeded", "gestureGiven"]);
  },

  "media that can't be played is told to the session, in words": async () => {
    const stage = new Stage({
      playerFor: () => Promise.reject(new Error("this browser can't play Matroska")),
    });
    await stage.seated();

    const { payload } = stage.client.posted.at(-1);
    assert.deepEqual([payload.state, payload.failure], ["away", "this browser can't play Matroska"]);
    assert.deepEqual(stage.notices(), ["unplayable"]);
  },

  "other media may need another player: the one before shows nothing and is not listened to": async () => {
    const stage = await new Stage().playing();
    const before = stage.player;
    stage.player = new StandInPlayer(stage.time);

    stage.hears({ position: 0, mediaId: "m2" }, { ...FILM, mediaId: "m2" });
    await stage.time.run(1);
    before.listener({ type: "personPaused", position: 3 });

    assert.equal(before.deeds.at(-1), "unload");
    assert.ok(before.deeds.includes("pause"));
    assert.deepEqual(stage.player.calls.map(({ name }) => name).slice(0, 2), ["setRate", "load"]);
    assert.equal(stage.client.sent.length, 0);
    assert.equal(stage.heard.filter(({ type }) => type === "turned").length, 2);
  },

  "what is found too late for media that is over is not loaded": async () => {
    const found = [];
    const stage = new Stage({ playerFor: (media) => new Promise((resolve) => found.push([media.mediaId, resolve])) });
    await stage.seated();
    stage.hears({ position: 0, mediaId: "m2" }, { ...FILM, mediaId: "m2" });
    await stage.time.run(0.1);

    for (const [mediaId, resolve] of found) resolve({ player: stage.player, source: mediaId });
    await stage.time.run(1);

    const loads = stage.player.calls.filter(({ name }) => name === "load");
    assert.deepEqual(loads.map(({ given }) => given[0]), ["m2"]);
  },

  "what broke off is found anew": async () => {
    const asked = [];
    const stage = new Stage();
    const { player } = stage;
    const other = new Stage({
      playerFor: (media, how) => {
        asked.push(how.anew);
        return { player: other.player, source: "film.mp4" };
      },
    });
    await other.playing();
    other.player.listener({ type: "playerCutOff", message: "its link has expired" });
    await other.time.run(2);

    assert.deepEqual(asked, [false, true]);
    close(other.drift(), 0, 0.01);
    assert.equal(player.calls.length, 0);
  },

  "view only: what the person does stays theirs, and a play leads back": async () => {
    const stage = await new Stage({ options: { viewOnly: true } }).playing();

    stage.runtime.hand("pause");
    await stage.time.run(1);
    assert.ok(stage.drift() < -0.9);
    stage.runtime.hand("seek", { position: 200 });
    await stage.time.run(0.5);
    assert.equal(stage.player.position(), 200);
    stage.runtime.hand("play");
    await stage.time.run(2);

    close(stage.drift(), 0, 0.01);
    assert.equal(stage.client.sent.length, 0);
  },

  "a live stream has no length, whatever the player calls it": async () => {
    const stage = await new Stage().seated();

    const primed = { type: "playerPrimed", position: 0, frameDuration: null, seekable: false };
    stage.player.listener({ ...primed, duration: Infinity });

    assert.deepEqual([stage.runtime.view().live, stage.runtime.view().duration], [true, null]);
  },

  "a player that throws is told, and nothing else is the worse for it": async () => {
    const stage = await new Stage().seated();
    stage.player.seek = () => {
      throw new Error("no such method");
    };

    stage.hears({ position: 50 });
    stage.player.sample = () => Promise.reject(new Error("gone"));
    await stage.time.run(1);

    const faults = stage.heard.filter(({ type }) => type === "fault").map(({ error }) => error.message);
    assert.ok(faults.includes("no such method"));
    assert.ok(faults.includes("gone"));
  },

  "a reading that never comes doesn't keep later ones from coming": async () => {
    const stage = await new Stage().playing();
    const { sample } = stage.player;
    stage.player.sample = () => new Promise(() => {});
    await stage.time.run(0.5);
    stage.player.sample = sample;
    stage.player.isPushedTo(stage.player.position() - 2);
    await stage.time.run(5);

    close(stage.drift(), 0, 0.01);
  },

  "a seat that was taken before the runtime began is taken on": async () => {
    const stage = new Stage();
    stage.now = playback(1);
    stage.client.session = { media: FILM, playback: stage.now };
    stage.client.participantId = "me";
    stage.client.estimate = new ClockEstimate(ESTIMATE);

    stage.runtime.start();
    await stage.time.run(1);

    assert.equal(stage.runtime.view().state, "paused");
    assert.equal(stage.runtime.controller.participantId, "me");
  },

  "when the session is over the player shows nothing, and nothing is looked at any more": async () => {
    const stage = await new Stage().playing();
    stage.client.tell({ type: "over", code: "ended", message: "the session has ended" });
    const { length } = stage.heard;
    stage.player.listener({ type: "personPaused", position: 1 });
    await stage.time.run(10);

    assert.equal(stage.player.deeds.at(-1), "unload");
    assert.equal(stage.heard.length, length);
  },

  "who only wants to be there needs no player": async () => {
    const stage = new Stage();
    stage.player = new NoPlayer();
    await stage.playing();

    assert.equal(stage.runtime.view().state, "playing");
    close(stage.runtime.view().position, stage.time.now + 1000 - stage.now.at + 10, 1e-6);
  },
};

const kept = {};
for (const [name, scene] of Object.entries(scenes)) {
  try {
    await scene();
    kept[name] = null;
  } catch (fault) {
    kept[name] = fault.stack;
  }
}
process.stdout.write(JSON.stringify(kept));
