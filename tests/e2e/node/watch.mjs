// Two strangers watch together: creates a session, joins it, loads, plays, and prints what was heard as one JSON object.
// usage: node watch.mjs http://HOST:PORT

import { io } from "socket.io-client";

const server = process.argv[2];
const auth = { protocol: 1, client: "node-check/1", platform: "web" };
const heard = { ann: [], ben: [] };

function connect(name, transports) {
  const socket = io(server, { auth, transports, reconnection: false, forceNew: true });
  socket.onAny((event, payload) => heard[name]?.push({ event, payload }));
  return new Promise((resolve, reject) => {
    socket.on("connect", () => resolve(socket));
    socket.on("connect_error", reject);
  });
}

async function refusal(wrongAuth) {
  const socket = io(server, { auth: wrongAuth, reconnection: false, forceNew: true });
  const error = await new Promise((resolve) => socket.on("connect_error", resolve));
  socket.close();
  return { message: error.message, data: error.data };
}

function hears(name, event) {
  return new Promise((resolve) => {
    const look = () => {
      const found = heard[name].find((each) => each.event === event);
      found ? resolve(found.payload) : setTimeout(look, 5);
    };
    look();
  });
}

const ask = (socket, event, payload) => socket.timeout(5000).emitWithAck(event, payload);

const ann = await connect("ann", ["websocket"]);
// As browsers do by default: polling first, then the upgrade.
const ben = await connect("ben", undefined);
const created = await ask(ann, "create-session", { displayName: "Ann" });
const joined = await ask(ben, "join-session", { code: created.session.code, displayName: "Ben" });
const clock = await ask(ben, "clock", { clientSent: 1.25 });
const loaded = await ask(ben, "video-load", { url: "https://media.example/film.mp4" });
await hears("ann", "video-url-updated");
const played = await ask(ann, "video-play", { currentTime: 12.5 });
const sync = await hears("ben", "video-sync");
const refused = await ask(ben, "end-session", {});
const wrong = await refusal({ protocol: 99 });
await ask(ann, "end-session", {});
await hears("ben", "session-ended");
ann.close();
ben.close();
console.log(JSON.stringify({ created, joined, clock, loaded, played, sync, refused, wrong, heard }));
