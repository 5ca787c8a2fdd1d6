// Reactions: a row to choose from, and a strip above the playback bar in which everybody's pass by.

import { html } from "../vendor/htm_preact.js";
import { useEvening, usePage } from "./context.js";

const OFFERED = ["👍", "❤️", "😂", "😮", "😢", "🎉"];

export function Reactions() {
  const { t, deck } = usePage();
  return html`<div class="reactions" role="group" aria-label=${t("chat.reactions")}>
    ${OFFERED.map(
      (emoji) => html`<button
        type="button"
        class="reaction"
        aria-label=${t("chat.react", { emoji })}
        title=${t("chat.react", { emoji })}
        onClick=${() => deck.react(emoji)}
      >
        ${emoji}
      </button>`,
    )}
  </div>`;
}

export function ReactionStrip() {
  const { t } = usePage();
  const evening = useEvening();
  return html`<div class="reaction-strip" role="status" aria-live="polite">
    ${evening.reactions.map(({ id, emoji, name }) => {
      const shown = name ?? t("chat.somebody");
      return html`<span key=${id} class="reacted">
        <span class="visually-hidden">${t("chat.reacted", { name: shown, emoji })}</span>
        <span aria-hidden="true">${emoji} <bdi>${shown}</bdi></span>
      </span>`;
    })}
  </div>`;
}
