// What a browser lets a `<video>` do before the person has touched the page: mostly play without sound, sometimes nothing.

export class HtmlPermission {
  /** What the person wants to hear. */
  sound = { muted: false, volume: 1 };
  /** Whether it was refused to play, even without sound. */
  isRefused = false;
  /** Whether it plays by nobody's wish, so that a touch counts for later. */
  isBlessing = false;
  #element;
  #needed;
  #isMutedByBrowser = false;

  /** @param {HTMLVideoElement} element @param {() => void} needed Hears that a touch is needed. */
  constructor(element, needed) {
    this.#element = element;
    this.#needed = needed;
  }

  setSound({ muted, volume }) {
    this.sound = { muted, volume };
    this.#element.volume = volume;
    // What the browser muted so that it plays at all stays so until the person touches the page.
    if (!this.#isMutedByBrowser || !muted) this.#element.muted = muted;
  }

  /** Play, in silence where sound is refused; `isWanted` says whether that is still to be. */
  async play(isWanted) {
    try {
      await this.#element.play();
      this.isRefused = false;
    } catch (fault) {
      if (isWanted() && fault.name === "NotAllowedError") this.#wasRefused(isWanted);
    }
  }

  /** Without a touch a browser plays no sound; without sound it mostly plays. */
  #wasRefused(isWanted) {
    this.#needed();
    if (this.#element.muted) {
      this.isRefused = true;
      return;
    }
    this.#isMutedByBrowser = true;
    this.#element.muted = true;
    this.play(isWanted);
  }

  /** The person touches the page: it may sound. */
  touched() {
    this.#isMutedByBrowser = false;
    this.#element.muted = this.sound.muted;
  }

  /** A touch counts for a play that is asked for in it; later ones need none then. */
  async bless(isWanted) {
    this.isBlessing = true;
    try {
      await this.#element.play();
      if (!isWanted()) this.#element.pause();
    } catch {
      // It will be asked for again.
    } finally {
      this.isBlessing = false;
    }
  }
}
