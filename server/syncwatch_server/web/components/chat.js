// The chat: what was said, also before one came, and a line to say something. New lines are read aloud.

import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/htm_preact.js";
import { useEvening, usePage } from "./context.js";
import { Avatar } from "./avatar.js";
import { Icon } from "./icons.js";
import { Reactions } from "./reactions.js";

/** Characters that a message may have; docs/contract.md, 3. */
const LONGEST = 500;

/** Pixels from the end within which new lines are followed. */
const NEAR = 60;

const ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}']/g;

export function Chat({ isSeen = true }) {
  const { t } = usePage();
  const evening = useEvening();
  const list = useRef(null);
  const isAtEnd = useRef(true);
  const [missed, setMissed] = useState(0);
  const shown = evening.session.chat.filter((message) => !evening.muted.has(message.participantId));
  const last = shown.at(-1)?.messageId;
  // There may be a thousand of them, and much else on the page changes every second.
  const lines = useMemo(
    () => shown.map((message, index) => html`<${Line} key=${message.messageId} message=${message} before=${shown[index - 1]} />`),
    [evening.session.chat, evening.muted.size, t],
  );
  const counted = useRef(last);

  useEffect(() => {
    evening.chatIsSeen(isSeen);
    return () => evening.chatIsSeen(false);
  }, [isSeen]);
  const toTheEnd = () => {
    list.current.scrollTop = list.current.scrollHeight;
    isAtEnd.current = true;
    setMissed(0);
  };
  useLayoutEffect(() => {
    if (isAtEnd.current) toTheEnd();
    else if (counted.current !== last) setMissed((before) => before + 1);
    counted.current = last;
  }, [last, isSeen]);
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = list.current;
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR;
    if (isAtEnd.current && missed > 0) setMissed(0);
  };

  return html`<div class="chat">
    <div class="chat-log" ref=${list} onScroll=${onScroll} role="log" aria-label=${t("chat.heading")} tabindex="0">
      ${shown.length === 0 ? html`<p class="empty">${t("chat.empty")}</p>` : null}
      <ol>
        ${lines}
      </ol>
    </div>
    ${missed > 0
      ? html`<button type="button" class="button chat-new" onClick=${toTheEnd}>${t("chat.new", { count: missed })}</button>`
      : null}
    <${Reactions} />
    <${SayForm} onSaid=${toTheEnd} />
  </div>`;
}

function Line({ message, before }) {
  const { t } = usePage();
  const { participantId, displayName, text, sentAt } = message;
  const goesOn = before !== undefined && before.participantId === participantId && before.displayName === displayName && sentAt - before.sentAt < 120;
  const at = new Date(sentAt * 1000);
  const name = displayName || t("chat.somebody");
  return html`<li class="line ${goesOn ? "goes-on" : ""}">
    ${goesOn ? html`<span class="visually-hidden">${name}</span>` : html`<${Avatar} name=${name} id=${participantId ?? name} />`}
    <div class="line-words">
      ${goesOn
        ? null
        : html`<p class="line-head">
            <bdi class="line-name">${name}</bdi>
            <time datetime=${at.toISOString()}>${at.toLocaleTimeString(t.language, { hour: "2-digit", minute: "2-digit" })}</time>
          </p>`}
      <p class="line-text" dir="auto">${withLinks(text)}</p>
    </div>
  </li>`;
}

/** The text, with its http and https addresses as links; everything else stays text. */
function withLinks(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    parts.push(text.slice(from, found.index));
    parts.push(html`<a href=${found[0]} target="_blank" rel="noopener noreferrer nofollow">${found[0]}</a>`);
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function SayForm({ onSaid }) {
  const { t, deck } = usePage();
  const [text, setText] = useState("");
  const say = async (event) => {
    event.preventDefault();
    const said = text.trim();
    if (said === "") return;
    setText("");
    const answer = await deck.chat(said);
    if (answer === null) setText((since) => since || said);
    else onSaid();
  };
  return html`<form class="say" onSubmit=${say}>
    <label class="visually-hidden" for="say">${t("chat.say")}</label>
    <input
      id="say"
      value=${text}
      onInput=${(event) => setText(event.target.value)}
      placeholder=${t("chat.say")}
      maxlength=${LONGEST}
      autocomplete="off"
      enterkeyhint="send"
    />
    <button class="icon-button primary" aria-label=${t("chat.send")} title=${t("chat.send")}><${Icon} name="up" /></button>
  </form>`;
}

