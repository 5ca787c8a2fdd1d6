// Which media a text means that somebody pasted: whose, what kind, which one, from where on.
//
// The twin of syncwatch_core/media_url*.py, rule for rule; tests/vectors/media_url.json holds both to one truth.
// What is said there of the rules holds here too. It looks at the text alone, and asks neither network nor document.

import {
  askedIn,
  firstStart,
  isAscii,
  match,
  partition,
  readable,
  secondsOf,
  splitAddress,
  textOf,
  whole,
} from "./media_url_parts.js";
import * as tables from "./media_url_tables.js";

/** A text that can be no media at all. */
export class UnsupportedUrl extends Error {
  constructor(message, hint) {
    super(message);
    this.name = "UnsupportedUrl";
    this.code = "unsupported-url";
    this.hint = hint;
  }
}

const HINT = "give a link that starts with http:// or https://, or a file that everybody has";

const PROVIDERS = new Map();

function provider(name, find, rules, ...hosts) {
  for (const host of hosts) PROVIDERS.set(host, { name, find, rules });
}

for (const site of ["youtube", "youtube-nocookie", "youtubekids", "youtubeeducation"]) {
  provider("youtube", findYoutube, tables.YOUTUBE_RULES, `${site}.com`, `www.${site}.com`, `m.${site}.com`);
}
provider("youtube", findYoutube, tables.YOUTUBE_RULES, "music.youtube.com", "gaming.youtube.com");
provider("youtube", findYoutube, tables.YOUTUBE_RULES, "youtube.googleapis.com", "consent.youtube.com");
provider("youtube", findYoutube, tables.YOUTUBE_SHORT_RULES, "youtu.be", "www.youtu.be");
provider("vimeo", findVimeo, tables.VIMEO_RULES, "vimeo.com", "www.vimeo.com");
provider("vimeo", findVimeo, tables.VIMEO_PLAYER_RULES, "player.vimeo.com");
provider("vimeo", findVimeo, tables.VIMEO_PRO_RULES, "vimeopro.com", "www.vimeopro.com");
provider("dailymotion", findDailymotion, tables.DAILYMOTION_RULES, "dailymotion.com", "www.dailymotion.com");
provider("dailymotion", findDailymotion, tables.DAILYMOTION_RULES, "m.dailymotion.com", "touch.dailymotion.com");
provider("dailymotion", findDailymotion, tables.DAILYMOTION_PLAYER_RULES, "geo.dailymotion.com");
provider("dailymotion", findDailymotion, tables.DAILYMOTION_SHORT_RULES, "dai.ly");
provider("twitch", findTwitch, tables.TWITCH_RULES, "twitch.tv", "www.twitch.tv", "m.twitch.tv", "go.twitch.tv");
provider("twitch", findTwitch, tables.TWITCH_PLAYER_RULES, "player.twitch.tv", "embed.twitch.tv");
provider("twitch", findTwitch, tables.TWITCH_CLIP_RULES, "clips.twitch.tv");

// --- what each provider does beyond its table ---

function findYoutube(link, rules) {
  const inner = wrappedIn(link);
  if (inner !== null) return findYoutube(inner, tables.YOUTUBE_RULES);
  const shape = match(rules, link);
  if (shape === null) {
    refuseWhatIsMissing(link);
    return null;
  }
  const playlist = link.asked.get("list") ?? "";
  const isShared = !tables.YT_PRIVATE_LISTS.includes(playlist) && whole(tables.YT_LIST).test(playlist);
  if (shape.kind !== "video" || !isShared) return shape;
  const canonicalUrl = `${shape.canonicalUrl}&list=${playlist}`;
  return { ...shape, kind: "video+playlist", canonicalUrl, playlist };
}

function wrappedIn(link) {
  const asksConsent = link.host === "consent.youtube.com";
  if (!asksConsent && link.path !== "attribution_link") return null;
  let target = link.asked.get(asksConsent ? "continue" : "u") ?? "";
  if (target.startsWith(tables.YOUTUBE)) target = target.slice(tables.YOUTUBE.length);
  if (target.startsWith("/")) target = target.slice(1);
  const [path, query] = partition(target, "?");
  if (path.includes(":")) return null;
  return { host: "www.youtube.com", path, asked: askedIn(partition(query, "#")[0]), endsInSlash: false };
}

function refuseWhatIsMissing(link) {
  if (["playlist", "watch"].includes(link.path) && tables.YT_PRIVATE_LISTS.includes(link.asked.get("list"))) {
    throw new UnsupportedUrl(
      "this YouTube list is private: everybody has one of their own",
      "link the video itself, or make a list that others may see",
    );
  }
  const isShort = link.path !== "" && link.host.endsWith("youtu.be");
  if (["watch", "watch_popup", "playlist"].includes(link.path) || isShort) {
    throw new UnsupportedUrl("this YouTube link names no video", "it may have been cut off: copy it again");
  }
}

function findVimeo(link, rules) {
  const shape = match(rules, link);
  if (shape === null) return null;
  if (shape.kind === "event" && link.endsInSlash && shape.canonicalUrl.includes("/videos/")) {
    const event = shape.canonicalUrl.slice(`${tables.VIMEO}/event/`.length).split("/")[0];
    return { ...shape, id: event, canonicalUrl: `${shape.canonicalUrl}/` };
  }
  const hidden = link.asked.get("h") ?? "";
  const open = [`${tables.VIMEO}/${shape.id}`, `${tables.VIMEO}/event/${shape.id}`].includes(shape.canonicalUrl);
  return open && whole(tables.VIMEO_HASH).test(`/${hidden}`)
    ? { ...shape, canonicalUrl: `${shape.canonicalUrl}/${hidden}` }
    : shape;
}

function findDailymotion(link, rules) {
  const shape = match(rules, link);
  const playlist = link.asked.get("playlist") ?? "";
  if (shape === null || shape.kind !== "video" || !whole(tables.DM_ID).test(playlist)) return shape;
  return { ...shape, canonicalUrl: `${shape.canonicalUrl}?playlist=${playlist}`, playlist };
}

function findTwitch(link, rules) {
  const shape = match(rules, link);
  if (shape === null || !["channel", "videos"].includes(shape.kind)) return shape;
  const chosen = link.asked.get("filter") ?? "";
  const only = shape.kind === "videos" && /^[a-z_]{1,30}$/.test(chosen) ? `?filter=${chosen}` : "";
  return { ...shape, id: shape.id.toLowerCase(), canonicalUrl: shape.canonicalUrl.toLowerCase() + only };
}

// --- recognising ---

const AUDIO = whole("aac|aif|aiff|alac|flac|m4a|m4b|mka|mp3|oga|ogg|opus|wav|weba|wma");
const VIDEO = whole(
  "3g2|3gp|asf|avi|divx|f4v|flv|m2ts|m2v|m4v|mkv|mov|mp4|mpe|mpeg|mpg|mts|mxf|ogm|ogv|rm|rmvb|ts|vob|webm|wmv",
);
const STREAMS = new Map([["m3u8", "hls"], ["mpd", "dash"]]);

// What Python calls white space; JavaScript's own differs by some control characters.
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const AROUND = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "gu");
const SCHEME = new RegExp(`^[A-Za-z][A-Za-z0-9+.-]*:[^${SPACE}]`, "u");
const LONGEST = 4096;
const SPACED = new RegExp(`^https?://[^${SPACE}/?#]+/[^:?#\\t\\r\\n]*$`, "iu");

/**
 * What `text` means: `{url, provider, kind, id, canonicalUrl, startPosition, playlist}`.
 * Throws UnsupportedUrl for what can be no media at all.
 */
export function recognise(text) {
  text = text.replace(AROUND, "");
  if (text.startsWith("//") && namesAProvider(text.slice(2))) text = `https:${text}`;
  if (looksLikeAFile(text)) return media(text, "file", kindByEnding(text) ?? "video", null, text);
  if (SPACED.test(text)) text = text.replaceAll(" ", "%20");
  const url = checkMediaUrl(text);
  const address = splitAddress(url);
  return ofAProvider(url, address) ?? byItsLooks(url, address);
}

/** The URL itself if a session may load it; throws UnsupportedUrl for any other. */
export function checkMediaUrl(url) {
  url = url.replace(AROUND, "");
  if (Array.from(url).length > LONGEST) throw new UnsupportedUrl(`a link has at most ${LONGEST} characters`, HINT);
  if (/[\p{C}\p{Z}]/u.test(url)) throw new UnsupportedUrl("a URL has no spaces or control characters", HINT);
  const found = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?/i.exec(url);
  if (found === null || !["http", "https"].includes(found[1].toLowerCase())) {
    const hint = namesAProvider(url) ? `a link starts with https://: https://${url}` : HINT;
    throw new UnsupportedUrl(`“${url.slice(0, 200)}” is not an http or https URL`, hint);
  }
  checkAuthority(url, found[2] ?? "");
  return url;
}

function checkAuthority(url, authority) {
  if (authority.includes("@")) {
    throw new UnsupportedUrl(
      "a URL with a user name or password in it is not shared with a session",
      "everybody in the session would see the password; use a link without it",
    );
  }
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/su.exec(authority) ?? [null, "", "?"];
  if (host === "" || authority.includes("\\")) {
    throw new UnsupportedUrl(`“${url.slice(0, 200)}” names no host`, HINT);
  }
  // Letters that become a slash or the like when they are simplified would lead elsewhere than they seem to.
  const disguised = !isAscii(authority) && /[/?#@:]/.test(authority.replace(/[@:#?]/g, "").normalize("NFKC"));
  if (disguised || !isHost(host) || !/^[0-9]*$/.test(port ?? "") || Number(port ?? 0) > 65535) {
    throw new UnsupportedUrl(`“${url.slice(0, 200)}” is not a URL`, HINT);
  }
}

function isHost(host) {
  if (!/[[\]]/.test(host)) return true;
  const bracketed = /^\[([0-9A-Fa-f:.]+)(%[^%]+)?\]$/.exec(host);
  return bracketed !== null && URL.canParse(`http://[${bracketed[1]}]/`);
}

function media(url, name, kind, id, canonicalUrl, startPosition = null, playlist = null) {
  return { url, provider: name, kind, id, canonicalUrl, startPosition, playlist };
}

function ofAProvider(url, address) {
  const host = address.host.replace(/\.$/, "");
  const known = PROVIDERS.get(host);
  if (known === undefined) return null;
  const parts = address.path.split("/").filter((part) => part !== "").map(readable);
  const asked = askedIn(address.query);
  const link = { host, path: parts.join("/"), asked, endsInSlash: address.path.endsWith("/") };
  const shape = known.find(link, known.rules);
  if (shape === null) return null;
  const start = firstStart(asked) ?? firstStart(askedIn(address.fragment));
  return media(url, known.name, shape.kind, shape.id, shape.canonicalUrl, start, shape.playlist);
}

function byItsLooks(url, address) {
  const last = address.path.slice(address.path.lastIndexOf("/") + 1);
  const manifest = /^.*\(.*format=(m3u8|mpd)[^)]*\)$/s.exec(last);
  const stream = STREAMS.get(manifest ? manifest[1] : ending(last));
  const kind = stream ? "video" : kindByEnding(last);
  if (kind === null) {
    // By this in a fragment yt-dlp hands itself instructions; from a stranger it takes none.
    const kept = (address.fragment ?? "").includes("__youtubedl_smuggle") ? null : address.fragment;
    return media(url, "other", "page", null, textOf({ ...address, fragment: kept }));
  }
  const value = askedIn(address.fragment).get("t") ?? "";
  const start = secondsOf(partition(value.startsWith("npt:") ? value.slice(4) : value, ",")[0]);
  return media(url, stream ?? "direct", kind, null, textOf({ ...address, fragment: null }), start);
}

function looksLikeAFile(text) {
  if (text.includes("://") || /[\x00-\x1f\x7f-\x9f]/.test(text)) return false;
  if (/^[A-Za-z]:[\\/]/.test(text) || text.startsWith("\\\\")) return true;
  if (SCHEME.test(text) || namesAProvider(text)) return false;
  return /^[~.]/.test(text) || text.includes("/") || kindByEnding(text) !== null || STREAMS.has(ending(text));
}

function namesAProvider(text) {
  const host = text.split(/[/?#]/, 1)[0];
  return isAscii(host) && PROVIDERS.has(host.toLowerCase());
}

function ending(name) {
  return (/\.([0-9A-Za-z]{2,4})$/.exec(name)?.[1] ?? "").toLowerCase();
}

function kindByEnding(name) {
  return AUDIO.test(ending(name)) ? "audio" : VIDEO.test(ending(name)) ? "video" : null;
}
