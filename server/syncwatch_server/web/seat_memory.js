// The seats that this device has in sessions: their tokens, by code. `storage` has getItem, setItem and removeItem.

const SEAT = "syncwatch.seat.";

export class SeatMemory {
  constructor(storage) {
    this._storage = storage;
  }

  /** `{participantToken, hostToken}` as far as there are any. */
  recall(code) {
    try {
      return JSON.parse(this._storage.getItem(SEAT + code) ?? "{}") ?? {};
    } catch {
      return {};
    }
  }

  keep(code, { participantToken, hostToken }) {
    try {
      this._storage.setItem(SEAT + code, JSON.stringify({ participantToken, hostToken }));
    } catch {
      // Without a memory a page that is loaded again takes a new seat.
    }
  }

  forget(code) {
    try {
      this._storage.removeItem(SEAT + code);
    } catch {
      // Nothing to forget, then.
    }
  }
}
