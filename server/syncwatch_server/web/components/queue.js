// What is watched next: ordered by dragging, by buttons and by Alt with the arrow keys; and what was watched before.

import { html, useState } from "../vendor/htm_preact.js";
import { timeText, titleOf } from "../figures.js";
import { maySteer } from "../session_state.js";
import { useEvening, usePage } from "./context.js";
import { Choice } from "./field.js";
import { Icon, IconButton } from "./icons.js";
import { Picture } from "./picture.js";

export function Queue() {
  const { t, deck } = usePage();
  const evening = useEvening();
  const [dragged, setDragged] = useState(null);
  const [over, setOver] = useState(null);
  const { queue, repeat, history } = evening.session;
  const steers = maySteer(evening.me);
  const drop = (index) => {
    if (dragged !== null && dragged !== index) deck.queueMove(queue[dragged].itemId, index);
    setDragged(null);
    setOver(null);
  };
  return html`<div class="queue">
    ${queue.length === 0
      ? html`<p class="empty">${t("queue.empty")}<br />${steers ? t("queue.empty.hint") : null}</p>`
      : html`<ol class="queue-list" aria-label=${t("queue.heading")}>
          ${queue.map(
            (item, index) => html`<${Item}
              key=${item.itemId}
              item=${item}
              index=${index}
              count=${queue.length}
              steers=${steers}
              isOver=${over === index && dragged !== index}
              onDrag=${() => setDragged(index)}
              onOver=${() => setOver(index)}
              onDrop=${() => drop(index)}
            />`,
          )}
        </ol>`}
    ${steers && queue.length > 0
      ? html`<div class="queue-foot">
          <button type="button" class="button primary" onClick=${() => deck.next()}>
            <${Icon} name="next" />${t("queue.next")}
          </button>
          <${IconButton} icon="shuffle" label=${t("queue.shuffle")} onClick=${() => deck.ask("queue-shuffle")} />
        </div>`
      : null}
    ${steers
      ? html`<${Choice}
          label=${t("queue.repeat")}
          value=${repeat}
          onChange=${(value) => deck.ask("queue-repeat", { repeat: value })}
          options=${["off", "one", "all"].map((each) => [each, t(`queue.repeat.${each}`)])}
        />`
      : null}
    ${history.length > 0 ? html`<${History} history=${history} steers=${steers} />` : null}
  </div>`;
}

function Item({ item, index, count, steers, isOver, onDrag, onOver, onDrop }) {
  const { t, deck, evening } = usePage();
  const title = titleOf(item);
  const by = item.addedBy === null ? null : evening.nameOf(item.addedBy);
  const move = (to) => {
    if (to >= 0 && to < count) deck.queueMove(item.itemId, to);
  };
  const onKey = (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    move(index + (event.key === "ArrowUp" ? -1 : 1));
  };
  const over = (event) => {
    event.preventDefault();
    onOver();
  };
  return html`<li
    class="item ${isOver ? "drop-here" : ""}"
    draggable=${steers}
    onDragStart=${onDrag}
    onDragOver=${steers ? over : undefined}
    onDrop=${steers ? onDrop : undefined}
    onKeyDown=${steers ? onKey : undefined}
  >
    <${Picture} kind="small" url=${item.thumbnailUrl} />
    <div class="item-words">
      <p class="item-title"><bdi>${title}</bdi></p>
      <p class="hint item-about">
        ${[item.duration ? timeText(item.duration) : null, by ? t("queue.added-by", { name: by }) : null].filter(Boolean).join(" · ")}
      </p>
    </div>
    ${steers
      ? html`<div class="item-acts">
          <${IconButton} icon="up" kind="small" label=${t("queue.up", { title })} disabled=${index === 0} onClick=${() => move(index - 1)} />
          <${IconButton}
            icon="down"
            kind="small"
            label=${t("queue.down", { title })}
            disabled=${index === count - 1}
            onClick=${() => move(index + 1)}
          />
          <${IconButton} icon="close" kind="small" label=${t("queue.remove", { title })} onClick=${() => deck.queueRemove(item.itemId)} />
        </div>`
      : null}
  </li>`;
}

function History({ history, steers }) {
  const { t, deck } = usePage();
  return html`<details class="more history">
    <summary>${t("queue.history")}</summary>
    <ul class="queue-list">
      ${[...history].reverse().map((item) => {
        const title = titleOf(item);
        return html`<li key=${item.mediaId} class="item">
          <div class="item-words">
            <p class="item-title"><bdi>${title}</bdi></p>
            <p class="hint">${t(`queue.outcome.${item.outcome}`)}</p>
          </div>
          ${steers && item.url
            ? html`<${IconButton}
                icon="add"
                kind="small"
                label=${t("queue.again", { title })}
                onClick=${() => deck.queueAdd(item.url, item.title)}
              />`
            : null}
        </li>`;
      })}
    </ul>
  </details>`;
}
