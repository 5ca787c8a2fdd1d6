// A session: the video, its playback bar and a line for links on one side; chat, people and queue on the other.

import { html, useEffect, useMemo, useRef, useState } from "../vendor/htm_preact.js";
import { titleOf } from "../figures.js";
import { listenToKeys } from "../keyboard.js";
import { maySteer } from "../session_state.js";
import { Chat } from "./chat.js";
import { Page, useEvening, useMedia, usePage } from "./context.js";
import { Controls } from "./controls.js";
import { Question } from "./dialog.js";
import { ErrorBoundary } from "./error_boundary.js";
import { Help } from "./help.js";
import { Invite } from "./invite.js";
import { Notices } from "./notices.js";
import { Queue } from "./queue.js";
import { ReactionStrip } from "./reactions.js";
import { SessionDetails } from "./session_details.js";
import { Settings } from "./settings.js";
import { Tabs } from "./tabs.js";
import { UserList } from "./user_list.js";
import { VideoPlayer } from "./video_player.js";
import { VideoUrlInput } from "./video_url_input.js";

/** The same as in styles/layout.css: screens on which there is no room for a line beneath the video, and large ones. */
const NARROW = "(max-width: 820px), (max-height: 520px) and (orientation: landscape)";
const LARGE = "(min-width: 1500px) and (min-height: 800px)";

const DIALOGS = { invite: Invite, settings: Settings, help: Help };

export function SessionView({ evening, deck, stage, onLeave }) {
  const outer = usePage();
  const page = useMemo(() => ({ ...outer, evening, deck, stage }), [outer, evening, deck, stage]);
  return html`<${Page.Provider} value=${page}><${Layout} onLeave=${onLeave} /><//>`;
}

function Layout({ onLeave }) {
  const { t, deck, stage } = usePage();
  const evening = useEvening();
  const [dialog, setDialog] = useState(null);
  const [panel, setPanel] = useState("chat");
  const left = useRef(null);
  // A dialog tells that it was closed a moment later: another one may be open by then.
  const close = () => setDialog((shown) => (shown === dialog ? null : shown));
  const steers = maySteer(evening.me);
  const isNarrow = useMedia(NARROW);
  const isLarge = useMedia(LARGE);
  const fullscreen = () => toggleFullscreen(left.current);

  useEffect(
    () =>
      listenToKeys({
        deck,
        maySteer: () => maySteer(evening.me),
        chat: () => {
          setPanel("chat");
          requestAnimationFrame(() => document.getElementById("say")?.focus());
        },
        invite: () => setDialog("invite"),
        help: () => setDialog("help"),
        mute: () => stage.sound.set({ muted: !stage.sound.state.muted }),
        fullscreen,
      }),
    [deck, evening, stage],
  );

  const Shown = DIALOGS[dialog];
  const shownPanel = isLarge && panel === "people" ? "chat" : panel;
  const linkLine = steers ? html`<${ErrorBoundary} name="video-url-input"><${VideoUrlInput} /><//>` : null;
  const isBeneath = !isNarrow || evening.session.media === null;
  const people = evening.session.participants.length;
  const panels = [
    { id: "chat", icon: "chat", label: t("chat.heading"), count: shownPanel === "chat" ? 0 : evening.unread },
    ...(isLarge ? [] : [{ id: "people", icon: "people", label: t("people.heading"), count: people }]),
    { id: "queue", icon: "queue", label: t("queue.heading"), count: evening.session.queue.length },
  ];
  return html`<div class="session">
    <a class="skip" href="#main">${t("app.skip")}</a>
    <${ErrorBoundary} name="session-details">
      <${SessionDetails} open=${setDialog} onLeave=${() => setDialog("leave")} />
    <//>
    <main class="watch" id="main" ref=${left}>
      <${ErrorBoundary} name="video-player"><${VideoPlayer} /><//>
      <div class="beneath">
        <p class="now">${evening.session.media ? html`<bdi>${titleOf(evening.session.media)}</bdi>` : null}</p>
        <${ErrorBoundary} name="reactions"><${ReactionStrip} /><//>
      </div>
      <${ErrorBoundary} name="controls"><${Controls} sound=${stage.sound} onFullscreen=${fullscreen} /><//>
      ${isBeneath ? linkLine : null}
    </main>
    <aside class="side" aria-label=${t("tabs.label")}>
      ${isLarge
        ? html`<section class="side-people" aria-label=${t("people.heading")}>
            <h2>${t("people.heading")}</h2>
            <${ErrorBoundary} name="user-list"><${UserList} /><//>
          </section>`
        : null}
      <${Tabs} panels=${panels} chosen=${shownPanel} onChoose=${setPanel}>
        ${shownPanel === "chat" ? html`<${ErrorBoundary} name="chat"><${Chat} /><//>` : null}
        ${shownPanel === "people" ? html`<${ErrorBoundary} name="user-list"><${UserList} /><//>` : null}
        ${shownPanel === "queue" ? html`${isBeneath ? null : linkLine}<${ErrorBoundary} name="queue"><${Queue} /><//>` : null}
      <//>
    </aside>
    <${ErrorBoundary} name="notices"><${Notices} /><//>
    ${Shown ? html`<${ErrorBoundary} name=${dialog}><${Shown} onClose=${close} /><//>` : null}
    ${dialog === "leave"
      ? html`<${Question} title=${t("session.leave")} words=${t("session.leave.sure")} verb=${t("session.leave")} onYes=${onLeave} onClose=${close} />`
      : null}
  </div>`;
}

function toggleFullscreen(element) {
  if (document.fullscreenElement) {
    document.exitFullscreen();
    return;
  }
  if (element.requestFullscreen) {
    element.requestFullscreen().catch(() => {});
    return;
  }
  // iPhones know no full screen but the video's own.
  element.querySelector("video")?.webkitEnterFullscreen?.();
}
