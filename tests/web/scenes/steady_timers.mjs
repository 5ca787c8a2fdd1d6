// Scenes of the timers that keep their time in a hidden page, with a worker that runs its real script in virtual time.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

import { VirtualTime } from "./stage.mjs";

const folder = pathToFileURL(`${process.argv[2]}/`);
const { steadyTimers } = await import(new URL("sync/steady_timers.js", folder));
const script = readFileSync(new URL("sync/timer_worker.js", folder), "utf-8");

/** A worker that runs timer_worker.js; what it and the page say to each other is heard at once. */
class StandInWorker {
  onmessage = null;
  onerror = null;

  constructor({ timers }) {
    const inside = { onmessage: null };
    const names = ["self", "setTimeout", "clearTimeout", "postMessage"];
    const body = script.replace("onmessage = ", "self.onmessage = ");
    new Function(...names, body)(inside, timers.setTimeout, timers.clearTimeout, (data) => this.onmessage?.({ data }));
    this.postMessage = (data) => inside.onmessage({ data });
  }
}

const never = { setTimeout: () => assert.fail("a plain timer"), clearTimeout: () => {} };

const scenes = {
  "a worker's timer rings when it is due, once": async () => {
    const time = new VirtualTime();
    const rung = [];
    const timers = steadyTimers(() => new StandInWorker(time), never);

    timers.setTimeout(() => rung.push(time.now), 250);
    await time.run(5);

    assert.deepEqual(rung, [100.25]);
  },

  "a timer that is called off does not ring, and others do": async () => {
    const time = new VirtualTime();
    const rung = [];
    const timers = steadyTimers(() => new StandInWorker(time), never);

    const first = timers.setTimeout(() => rung.push("first"), 250);
    timers.setTimeout(() => rung.push("second"), 500);
    timers.clearTimeout(first);
    timers.clearTimeout(null);
    await time.run(5);

    assert.deepEqual(rung, ["second"]);
  },

  "where there can be no worker the plain timers serve": async () => {
    const time = new VirtualTime();
    const rung = [];
    const timers = steadyTimers(() => {
      throw new Error("no workers here");
    }, time.timers);

    timers.setTimeout(() => rung.push(time.now), 250);
    timers.clearTimeout(timers.setTimeout(() => rung.push("called off"), 100));
    await time.run(5);

    assert.deepEqual(rung, [100.25]);
  },

  "what a worker that fails was to ring rings all the same": async () => {
    const time = new VirtualTime();
    const rung = [];
    let worker = null;
    const timers = steadyTimers(() => (worker = { postMessage() {} }), time.timers);
    timers.setTimeout(() => rung.push("before"), 250);

    worker.onerror();
    timers.setTimeout(() => rung.push("after"), 250);
    await time.run(5);

    assert.deepEqual(rung, ["before", "after"]);
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
