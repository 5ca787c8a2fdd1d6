// Lets the coarse steering decide about a list of drifts, on stdin: {steering: [{rates, sessionRate, drifts: [[at, drift]…],
// starts: [[at, lead]…]}…]}, each start before the drifts that come after it.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(`${process.argv[2]}/`);
const { CoarseSteering } = await import(new URL("players/coarse_steering.js", folder));
const { PushedPosition } = await import(new URL("players/pushed_position.js", folder));

function decided({ rates, sessionRate = 1, drifts, starts = [] }) {
  const steering = new CoarseSteering();
  const acts = drifts.map(([at, drift]) => {
    while (starts.length > 0 && starts[0][0] <= at) steering.starts(...starts.shift());
    return steering.decide(drift, { at, rates, sessionRate });
  });
  const { gain, startCost, pauseCost, seekCost } = steering;
  return { acts, gain, startCost, pauseCost, seekCost };
}

function believed({ rate = 1, pushes, at }) {
  const position = new PushedPosition();
  position.forget(rate);
  for (const [where, when] of pushes) position.push(where, when);
  return position.positionAt(at);
}

const { steering = [], positions = [] } = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify({ steering: steering.map(decided), positions: positions.map(believed) }));
