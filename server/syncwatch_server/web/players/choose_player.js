// Which player plays what: the page of each provider by its own player, all that a browser plays itself by `<video>`.

import { recognise } from "../media_url.js";
import { Failure } from "./failure.js";
import { HtmlVideo } from "./html_video.js";

const EMBEDDED = {
  youtube: () => import("./youtube.js"),
  vimeo: () => import("./vimeo.js"),
  dailymotion: () => import("./dailymotion.js"),
  twitch: () => import("./twitch.js"),
};

/** Of what a provider has, the kinds that its player can be told to play; the rest are lists of videos, or can't be steered. */
const STEERABLE = {
  youtube: ["video", "video+playlist"],
  vimeo: ["video", "event"],
  dailymotion: ["video", "video+playlist"],
  twitch: ["vod", "channel", "collection"],
};

const STREAMS = new Set(["hls", "dash"]);

/**
 * The player for a media, and what it is to load; see stage.js for the surroundings.
 *
 * @returns {Promise<{player: import("./player.js").Player, source: string, title: ?string}>}
 */
export async function choosePlayer(media, surroundings) {
  if (media.file !== null) return sharedFile(media, surroundings);
  const found = recognise(media.url);
  if (found.provider in EMBEDDED) return embedded(found, surroundings);
  if (found.kind === "page") throw new Failure("page");
  const { subtitles } = await surroundings.shared();
  const form = STREAMS.has(found.provider) ? found.provider : "file";
  return { player: htmlVideo(surroundings, { form, subtitles }), source: media.url, title: null };
}

async function sharedFile(media, surroundings) {
  const { url, subtitles } = await surroundings.shared();
  if (url === null) throw new Failure("not-shared");
  return { player: htmlVideo(surroundings, { form: "file", subtitles }), source: url, title: null };
}

function htmlVideo(surroundings, about) {
  const player = surroundings.last instanceof HtmlVideo ? surroundings.last : new HtmlVideo(surroundings);
  player.about = about;
  return player;
}

async function embedded(found, surroundings) {
  if (!STEERABLE[found.provider].includes(found.kind)) throw new Failure("kind", { kind: found.kind });
  const { makePlayer } = await EMBEDDED[found.provider]();
  const { last } = surroundings;
  const player = last?.provider === found.provider ? last : makePlayer(surroundings);
  return { player, source: found.canonicalUrl, title: null };
}
