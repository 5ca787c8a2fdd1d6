// The `<video>` itself: made, given its subtitles, and asked for what it says of its media.

/** Seconds by which a place may be missed and still be the one that was asked for: a rounding of the browser. */
export const SAME_PLACE = 0.001;

/** A `<video>` that fills `place`; `hears`: event of it -> who hears that. */
export function videoIn(place, hears) {
  const element = document.createElement("video");
  element.playsInline = true;
  element.preload = "auto";
  element.disableRemotePlayback = true;
  element.className = "html-video";
  for (const [name, hear] of Object.entries(hears)) element.addEventListener(name, () => hear());
  place.replaceChildren(element);
  return element;
}

/** Show subtitles, `[{url, language, name}]` of the page's own origin, of which the first is chosen. */
export function showSubtitles(element, subtitles) {
  const tracks = subtitles.map(({ url, language, name }, number) => {
    const track = document.createElement("track");
    Object.assign(track, { kind: "subtitles", src: url, srclang: language ?? "", label: name, default: number === 0 });
    return track;
  });
  element.replaceChildren(...tracks);
}

/** Whether it can be brought to a place: a live stream can't. */
export function isSeekable({ seekable, duration }) {
  return Number.isFinite(duration) && seekable.length > 0 && seekable.end(seekable.length - 1) > 0;
}

/** Seconds of media that it has from where it is; null without any. */
export function bufferedFrom({ buffered, currentTime }) {
  for (let part = 0; part < buffered.length; part += 1) {
    if (buffered.start(part) <= currentTime + SAME_PLACE && currentTime <= buffered.end(part)) {
      return buffered.end(part) - currentTime;
    }
  }
  return null;
}
