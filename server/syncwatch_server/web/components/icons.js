// The page's pictures: 24 by 24, drawn with the colour of the text, and left out by screen readers.

import { html } from "../vendor/htm_preact.js";

const PATHS = {
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z",
  back: "M11.5 7 4 12l7.5 5zM19.5 7 12 12l7.5 5z",
  forward: "M12.5 7 20 12l-7.5 5zM4.5 7 12 12l-7.5 5z",
  next: "M6 6v12l9-6zM16 6h2.5v12H16z",
  volume: "M4 9.5v5h3.5L12 19V5L7.5 9.5zM15 8.5a5 5 0 0 1 0 7l1.2 1.3a6.8 6.8 0 0 0 0-9.6z",
  muted: "M4 9.5v5h3.5L12 19V5L7.5 9.5zM15.2 9.6l1.2-1.2 1.9 1.9 1.9-1.9 1.2 1.2-1.9 1.9 1.9 1.9-1.2 1.2-1.9-1.9-1.9 1.9-1.2-1.2 1.9-1.9z",
  fullscreen: "M5 5h5v2H7v3H5zM14 5h5v5h-2V7h-3zM5 14h2v3h3v2H5zM17 14h2v5h-5v-2h3z",
  chat: "M4 5h16v11H9.5L5 20v-4H4zM8 9.5h8v1.6H8zm0 3h5v1.6H8z",
  people: "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zm0 2c-3.4 0-6.5 1.7-6.5 4.3V19h13v-1.2c0-2.6-3.1-4.3-6.5-4.3zm7.5-2a3 3 0 1 0-1-5.8 5.4 5.4 0 0 1 0 5.6c.3.1.7.2 1 .2zm1.2 2.2c1 1 1.7 2.3 1.7 4.1V19h2.1v-1.2c0-2-1.7-3.5-3.8-4.1z",
  queue: "M4 6h16v2H4zm0 5h16v2H4zm0 5h10v2H4z",
  settings: "M4 7h9.2a3 3 0 0 1 5.6 0H20v2h-1.2a3 3 0 0 1-5.6 0H4zm0 8h1.2a3 3 0 0 1 5.6 0H20v2h-9.2a3 3 0 0 1-5.6 0H4z",
  invite: "M10 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm0 9.5c-3.6 0-7 1.8-7 4.5v2h11v-2.6a5 5 0 0 1 .6-3.2 12 12 0 0 0-4.6-.7zM18 13h2v3h3v2h-3v3h-2v-3h-3v-2h3z",
  leave: "M5 4h8v2H7v12h6v2H5zM15 8l4 4-4 4v-3h-5v-2h5z",
  help: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-.9 12.6h1.9v1.9h-1.9zM12 6.6c2 0 3.4 1.2 3.4 2.9 0 1.3-.7 2-1.5 2.6-.7.5-1 .8-1 1.6v.4h-1.7v-.6c0-1.3.6-1.9 1.4-2.5.7-.5 1-.8 1-1.4 0-.8-.6-1.3-1.6-1.3s-1.7.6-1.8 1.6H8.5c.1-2 1.5-3.3 3.5-3.3z",
  up: "M12 7.5 5.5 14l1.4 1.4 5.1-5.1 5.1 5.1 1.4-1.4z",
  down: "M12 16.5 5.5 10l1.4-1.4 5.1 5.1 5.1-5.1 1.4 1.4z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  more: "M12 5a1.8 1.8 0 1 0 0 3.6A1.8 1.8 0 0 0 12 5zm0 5.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6zm0 5.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z",
  copy: "M8 4h11v13h-2V6H8zM5 7h10v13H5zm2 2v9h6V9z",
  share: "M12 3l4.5 4.5-1.4 1.4L13 6.8V15h-2V6.8L8.9 8.9 7.5 7.5zM5 11h3v2H7v6h10v-6h-1v-2h3v10H5z",
  add: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  shuffle: "M4 7h3.5l9 10H20v-2.5l2.5 3.5L20 21v-2h-4.4l-9-10H4zM20 5V3l2.5 3L20 9V7h-3.5L14 9.8l-1.3-1.5L15.6 5zM4 17h3.5l2.2-2.5 1.4 1.5L8.4 19H4z",
  lock: "M7 10V8a5 5 0 0 1 10 0v2h1.5v10h-13V10zm2 0h6V8a3 3 0 0 0-6 0z",
  film: "M4 5h16v14H4zm2 2v2h2V7zm0 4v2h2v-2zm0 4v2h2v-2zm10-8v2h2V7zm0 4v2h2v-2zm0 4v2h2v-2z",
};

export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]} fill="currentColor" />
  </svg>`;
}

/** A button that is a picture: its name is read aloud and shown on hovering. */
export function IconButton({ icon, label, kind = "", badge, ...rest }) {
  return html`<button type="button" class="icon-button ${kind}" aria-label=${label} title=${label} ...${rest}>
    <${Icon} name=${icon} />
    ${badge ? html`<span class="badge" aria-hidden="true">${badge}</span>` : null}
  </button>`;
}
