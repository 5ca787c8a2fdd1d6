// The tracks that the host pinned for everybody, as far as a browser can choose: subtitles, and no others.
//
// docs/contract.md, "Tracks": by number, by language, or `no`; where there is no such track it is said once.

/** The number of the track that `pin` means among those of `languages`, 0 for none at all; null without such a track. */
export function chosenTrack(pin, languages) {
  if (pin === "no") return 0;
  if (/^\d+$/.test(pin)) return Number(pin) <= languages.length ? Number(pin) : null;
  const wanted = tidied(pin);
  const fits = (test) => languages.findIndex((language) => test(tidied(language))) + 1 || null;
  const isBroad = !wanted.includes("-");
  return fits((language) => language === wanted) ?? (isBroad ? fits((language) => language.split("-")[0] === wanted) : null);
}

/** A language's tag in its one form: `eng` is `en`. Empty for what is none. */
function tidied(tag) {
  try {
    return Intl.getCanonicalLocales(tag)[0].toLowerCase();
  } catch {
    return "";
  }
}

export class PinnedTracks {
  /** `tell(kind, pin)` hears of what can't be chosen. */
  constructor(tell) {
    this._tell = tell;
    this._done = "";
  }

  /** Choose what is pinned of `media` in `video`; null where another player shows it. Once for each media and pin. */
  choose(pins, media, video) {
    const asked = JSON.stringify([pins, media.mediaId]);
    if (asked === this._done) return;
    this._done = asked;
    if (pins.audio !== null) this._tell("audio", pins.audio);
    if (pins.subtitles !== null && !showSubtitles(pins.subtitles, video)) this._tell("subtitles", pins.subtitles);
  }
}

function showSubtitles(pin, video) {
  const tracks = [...(video?.textTracks ?? [])].filter(({ kind }) => kind === "subtitles" || kind === "captions");
  const chosen = chosenTrack(pin, tracks.map(({ language }) => language));
  if (chosen === null || (video === null && pin === "no")) return false;
  for (const [index, track] of tracks.entries()) track.mode = index + 1 === chosen ? "showing" : "disabled";
  return true;
}
