// The links of each provider, shape by shape: the first rule that fits is the one that counts.
//
// The twin of the tables in syncwatch_core/media_url_{youtube,vimeo,dailymotion,twitch}.py, in the same order.

import { rule } from "./media_url_parts.js";

const NAME =
  "[^\\x00-\\x20\\x7f-\\xa0/?#%&<>\"'\\\\\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u3000\\ufeff\\ufffd]{1,100}";
const WORDS = "(?<id>[^\\x00-\\x20\\x7f-\\x9f\\ufffd][^\\x00-\\x1f\\x7f-\\x9f\\ufffd]{0,199})";

export const YOUTUBE = "https://www.youtube.com";
const YT_VIDEO = "(?<id>[A-Za-z0-9_-]{11})(?![A-Za-z0-9_-]).*";
export const YT_LIST = "(?<id>[A-Za-z0-9_-]{10,64}|RDMM)";
const YT_CHANNEL = "(?<id>[A-Za-z0-9_-]{10,40})";
const YT_TAB = "(?<tab>/[a-z]{1,20})?(?:/.*)?";
const YT_NO_NAMES =
  "about|account|ads|attribution_link|c|channel|clip|creators|e|embed|feed|gaming|hashtag|howyoutubeworks|jobs|kids|" +
  "live|login|logout|movie|movies|music|new|oembed|oops|playlist|playlists|post|premium|profile|redirect|" +
  "reporthistory|results|s|search|shared|shorts|signin|source|sports|t|trending|upload|user|v|vi|watch|yt";
export const YT_PRIVATE_LISTS = ["LL", "LM", "WL"];

export const YOUTUBE_RULES = [
  rule("(?:watch|watch_popup|movie|)", "video", `${YOUTUBE}/watch?v={id}`, "v", YT_VIDEO),
  rule("embed/[^/]+", "playlist", `${YOUTUBE}/playlist?list={id}`, "list", `(?!RD)${YT_LIST}`),
  rule("embed/live_stream", "channel", `${YOUTUBE}/channel/{id}/live`, "channel", YT_CHANNEL),
  rule(
    `(?:embed|v|e|vi|shorts|live)/(?!(?:videoseries|live_stream)(?:/|$))${YT_VIDEO}`,
    "video",
    `${YOUTUBE}/watch?v={id}`,
  ),
  rule("(?:playlist|watch|embed/videoseries|)", "playlist", `${YOUTUBE}/playlist?list={id}`, "list", YT_LIST),
  rule("view_play_list", "playlist", `${YOUTUBE}/playlist?list={id}`, "p", YT_LIST),
  rule("clip/(?<id>[A-Za-z0-9_-]{10,64})", "clip", `${YOUTUBE}/clip/{id}`),
  rule(`channel/${YT_CHANNEL}${YT_TAB}`, "channel", `${YOUTUBE}/channel/{id}{tab}`),
  rule(`(?<way>c|user)/(?<id>${NAME})${YT_TAB}`, "channel", `${YOUTUBE}/{way}/{id}{tab}`),
  rule(`(?<id>@${NAME})${YT_TAB}`, "channel", `${YOUTUBE}/{id}{tab}`),
  rule("browse/(?<id>UC[A-Za-z0-9_-]{10,40})", "channel", `${YOUTUBE}/channel/{id}`),
  rule(`browse/VL${YT_LIST}`, "playlist", `${YOUTUBE}/playlist?list={id}`),
  rule("browse/(?<id>MPREb_[A-Za-z0-9_-]{5,40})", "album", "https://music.youtube.com/browse/{id}"),
  rule(`hashtag/(?<id>${NAME})(?:/.*)?`, "hashtag", `${YOUTUBE}/hashtag/{id}`),
  rule("feed/(?<id>[a-z_]{3,40})", "feed", `${YOUTUBE}/feed/{id}`),
  rule("results", "search", `${YOUTUBE}/results?search_query={id}`, "search_query", WORDS),
  rule("results", "search", `${YOUTUBE}/results?search_query={id}`, "q", WORDS),
  rule("search", "search", "https://music.youtube.com/search?q={id}", "q", WORDS),
  rule(`(?!(?:${YT_NO_NAMES})(?:/|$))(?<id>[A-Za-z0-9]{3,64})${YT_TAB}`, "channel", `${YOUTUBE}/{id}{tab}`),
];
export const YOUTUBE_SHORT_RULES = [rule(YT_VIDEO, "video", `${YOUTUBE}/watch?v={id}`)];

export const VIMEO = "https://vimeo.com";
const VIMEO_ID = "(?<id>[0-9]{1,15})";
export const VIMEO_HASH = "(?:/(?<hash>[0-9a-f]{8,16}))";

export const VIMEO_RULES = [
  rule(`(?:video/|manage/videos/)?${VIMEO_ID}`, "video", `${VIMEO}/{id}`),
  rule(`(?:video/|manage/videos/)?${VIMEO_ID}${VIMEO_HASH}(?:/.*)?`, "video", `${VIMEO}/{id}/{hash}`),
  rule("moogaloop\\.swf", "video", `${VIMEO}/{id}`, "clip_id", VIMEO_ID),
  rule(`channels/${NAME}/${VIMEO_ID}(?:/.*)?`, "video", `${VIMEO}/{id}`),
  rule(`groups/${NAME}/videos/${VIMEO_ID}(?:/.*)?`, "video", `${VIMEO}/{id}`),
  rule(`(?:album|showcase)/(?<list>${NAME})/video/${VIMEO_ID}`, "video", `${VIMEO}/showcase/{list}/video/{id}`),
  rule(`channels/(?<id>${NAME})(?:/.*)?`, "channel", `${VIMEO}/channels/{id}`),
  rule(`groups/(?<id>${NAME})(?:/.*)?`, "group", `${VIMEO}/groups/{id}`),
  rule(`(?:album|showcase)/(?<id>${NAME})(?:/.*)?`, "album", `${VIMEO}/showcase/{id}`),
  rule(`(?<who>${NAME})/review/${VIMEO_ID}/(?<hash>[0-9a-f]+)`, "review", `${VIMEO}/{who}/review/{id}/{hash}`),
  rule(`ondemand/(?<film>${NAME})/${VIMEO_ID}`, "ondemand", `${VIMEO}/ondemand/{film}/{id}`),
  rule(`ondemand/(?<id>${NAME})`, "ondemand", `${VIMEO}/ondemand/{id}`),
  rule(`event/(?<event>[0-9]{1,15})/videos/${VIMEO_ID}`, "event", `${VIMEO}/event/{event}/videos/{id}`),
  rule(`event/${VIMEO_ID}(?:/embed)?${VIMEO_HASH}(?:/.*)?`, "event", `${VIMEO}/event/{id}/{hash}`),
  rule(`event/${VIMEO_ID}(?:/.*)?`, "event", `${VIMEO}/event/{id}`),
  rule(`(?!manage/)(?<id>${NAME})/videos`, "user", `${VIMEO}/{id}/videos`),
  rule(`(?<id>${NAME})/likes`, "likes", `${VIMEO}/{id}/likes`),
];
export const VIMEO_PLAYER_RULES = [rule(`video/${VIMEO_ID}(?:/.*)?`, "video", `${VIMEO}/{id}`)];
export const VIMEO_PRO_RULES = [
  rule(
    `(?<who>${NAME})/(?<show>${NAME})/video/${VIMEO_ID}`,
    "video",
    "https://vimeopro.com/{who}/{show}/video/{id}",
  ),
];

const DAILYMOTION = "https://www.dailymotion.com";
export const DM_ID = "(?<id>[kx][0-9A-Za-z]{2,30})";
const DM_SLUG = "(?:_[^/]*)?(?:/.*)?";
const DM_SEARCH =
  "search/(?<id>[^/\\x00-\\x20\\x7f-\\x9f\\ufffd][^/\\x00-\\x1f\\x7f-\\x9f\\ufffd]{0,199})(?:/videos)?";
const DM_PLAYER = "player(?:/[0-9A-Za-z]{1,20})?\\.html";

export const DAILYMOTION_RULES = [
  rule(`(?:(?:embed|swf|crawler)/)?video/${DM_ID}${DM_SLUG}`, "video", `${DAILYMOTION}/video/{id}`),
  rule(`swf/${DM_ID}${DM_SLUG}`, "video", `${DAILYMOTION}/video/{id}`),
  rule(`(?:embed/)?playlist/${DM_ID}${DM_SLUG}`, "playlist", `${DAILYMOTION}/playlist/{id}`),
  rule(`user/(?<id>${NAME})(?:/.*)?`, "user", `${DAILYMOTION}/user/{id}`),
  rule(DM_SEARCH, "search", `${DAILYMOTION}/search/{id}/videos`),
];
export const DAILYMOTION_PLAYER_RULES = [
  rule(DM_PLAYER, "video", `${DAILYMOTION}/video/{id}`, "video", DM_ID),
  rule(DM_PLAYER, "playlist", `${DAILYMOTION}/playlist/{id}`, "playlist", DM_ID),
];
export const DAILYMOTION_SHORT_RULES = [rule(DM_ID, "video", `${DAILYMOTION}/video/{id}`)];

const TWITCH = "https://www.twitch.tv";
const TW_CLIPS = "https://clips.twitch.tv/{id}";
const TW_VOD = "v?(?<id>[0-9]{1,15})";
const TW_NO_CHANNELS =
  "activate|bits|broadcast|clip|collections|directory|downloads|drops|embed|event|friends|following|inventory|jobs|" +
  "legal|login|logout|moderator|p|partner|popout|prime|privacy|products|search|settings|signup|store|subscriptions|" +
  "team|turbo|user|videos|wallet";
const TW_CHANNEL = `(?!(?:${TW_NO_CHANNELS})(?:/|$))(?<id>[A-Za-z0-9][A-Za-z0-9_]{1,24})`;
const TW_SLUG = "(?<id>[A-Za-z0-9][A-Za-z0-9_-]{2,99})";
const TW_COLLECTION = "(?<id>[A-Za-z0-9_-]{4,40})";
const TW_ANYBODY = "[A-Za-z0-9_]{1,25}";

export const TWITCH_RULES = [
  rule(`(?:${TW_ANYBODY}/)?(?:videos?|v)/${TW_VOD}`, "vod", `${TWITCH}/videos/{id}`),
  rule(`${TW_ANYBODY}/schedule`, "vod", `${TWITCH}/videos/{id}`, "vodID", TW_VOD),
  rule(`(?:${TW_ANYBODY}/)?clip/${TW_SLUG}`, "clip", TW_CLIPS),
  rule(`collections/${TW_COLLECTION}`, "collection", `${TWITCH}/collections/{id}`),
  rule(`${TW_CHANNEL}/(?<shown>videos|clips)(?:/.*)?`, "videos", `${TWITCH}/{id}/{shown}`),
  rule(`${TW_CHANNEL}(?:/(?:about|chat|home|schedule))?`, "channel", `${TWITCH}/{id}`),
];
export const TWITCH_PLAYER_RULES = [
  rule("(?:embed)?", "vod", `${TWITCH}/videos/{id}`, "video", TW_VOD),
  rule("(?:embed)?", "channel", `${TWITCH}/{id}`, "channel", TW_CHANNEL),
  rule("(?:embed)?", "collection", `${TWITCH}/collections/{id}`, "collection", TW_COLLECTION),
];
export const TWITCH_CLIP_RULES = [
  rule("embed", "clip", TW_CLIPS, "clip", TW_SLUG),
  rule(`(?!embed$)(?:${TW_ANYBODY}/)?${TW_SLUG}`, "clip", TW_CLIPS),
];
