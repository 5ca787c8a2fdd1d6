// Lets the modules of web/sync do what a JSON object on stdin asks for: {task, cases}; answers with a list of results.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const folder = pathToFileURL(`${process.argv[2]}/`);
const load = (name) => import(new URL(`${name}.js`, folder));

const { Timeline } = await load("timeline");
const { Correction } = await load("correction");
const clock = await load("clock");
const { VideoController } = await load("video_controller");
const { Phase } = await load("player_belief");

const phaseNames = new Map(Object.entries(Phase).map(([name, words]) => [words, name]));

const timelineOf = ({ position, rate, anchoredAt, playing }) => new Timeline(position, rate, anchoredAt, playing);

const tasks = {
  positionAt: (it) => timelineOf(it.timeline).positionAt(it.serverTime),
  reachedAt: (it) => timelineOf(it.timeline).reachedAt(it.position),
  isMovingAt: (it) => timelineOf(it.timeline).isMovingAt(it.serverTime),
  withRate: (it) => timelineOf(it.timeline).withRate(it.rate, it.serverTime),

  steer({ drift, elapsed, integral, beyond, firmly, restartBeyond }) {
    const [after, steering] = new Correction(integral, beyond).steer(drift, elapsed, { firmly, restartBeyond });
    const { change = null, restart = false } = steering;
    return { integral: after.integral, beyond: after.beyond, change, restart };
  },

  exchange(stamps) {
    const { offset, rtt } = new clock.Exchange(...stamps);
    return { offset, rtt };
  },

  /** Every estimate of a history: exchanges, restarts and sleeps in their order; and when the next exchange is due. */
  estimates(history) {
    const estimator = new clock.ClockEstimator();
    return history.map((happening) => {
      if (happening === "restart") estimator.restart();
      else if (Array.isArray(happening)) estimator.observe(new clock.Exchange(...happening));
      else estimator.slept(happening);
      return { ...estimator.estimate, next: estimator.nextExchangeAt(1, 0) };
    });
  },

  /** What an estimate says of local and server instants. */
  readings({ estimate, local, server }) {
    const it = new clock.ClockEstimate(estimate);
    return [it.offsetAt(local), it.serverTime(local), it.uncertaintyAt(local), it.localTime(server)];
  },

  /** What a controller answers to each step of a trace. */
  trace({ participantId, options, steps }) {
    const controller = new VideoController(participantId, options);
    return steps.map(({ now, event }) => {
      const told = event.estimate ? { ...event, estimate: new clock.ClockEstimate(event.estimate) } : event;
      const commands = controller.handle(told, now);
      const { wakesAt, phase } = controller;
      return { commands, wakesAt, phase: phaseNames.get(phase), view: controller.view(now) };
    });
  },

  /** The numbers that modules export, by module. */
  async constants(name) {
    return Object.fromEntries(Object.entries(await load(name)).filter(([, value]) => typeof value === "number"));
  },

  async events() {
    const { EVENT_TYPES, COMMAND_TYPES } = await load("controller_events");
    return { events: EVENT_TYPES, commands: COMMAND_TYPES };
  },
};

const { task, cases } = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(await Promise.all(cases.map(tasks[task]))));
