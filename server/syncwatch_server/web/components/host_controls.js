// What the host decides: the title, who may steer, who may come in, whether one waits, which tracks all have, and the end.

import { html, useState } from "../vendor/htm_preact.js";
import { useEvening, usePage } from "./context.js";
import { Question } from "./dialog.js";
import { Choice, Field, Switch } from "./field.js";

export function HostControls() {
  const { t, deck } = usePage();
  const evening = useEvening();
  const [title, setTitle] = useState(null);
  const [asksEnd, setAsksEnd] = useState(false);
  const { session, me } = evening;
  if (me?.role !== "host") return html`<p class="hint">${t("host.only")}</p>`;
  const saveTitle = async (event) => {
    event.preventDefault();
    await deck.update({ title: title.trim() });
    setTitle(null);
  };
  return html`<div class="host-controls">
    <form class="beside" onSubmit=${saveTitle}>
      <${Field} label=${t("host.title")} value=${title ?? session.title ?? ""} onInput=${setTitle} maxlength="200" autocomplete="off" />
      <button class="button" disabled=${title === null}>${t("app.save")}</button>
    </form>
    <${Choice}
      label=${t("host.control")}
      value=${session.control}
      onChange=${(control) => deck.update({ control })}
      options=${["everyone", "host"].map((each) => [each, t(`host.control.${each}`)])}
    />
    <${Choice}
      label=${t("host.wait")}
      value=${session.bufferWait}
      onChange=${(bufferWait) => deck.update({ bufferWait })}
      options=${["wait", "go-on"].map((each) => [each, t(`host.wait.${each}`)])}
    />
    <${Switch} label=${t("host.lock")} checked=${session.locked} onChange=${(locked) => deck.update({ locked })} />
    <${Pins} tracks=${session.tracks} />
    <${Password} has=${session.hasPassword} />
    <button type="button" class="button danger wide" onClick=${() => setAsksEnd(true)}>${t("host.end")}</button>
    ${asksEnd
      ? html`<${Question}
          title=${t("host.end")}
          words=${t("host.end.sure")}
          verb=${t("host.end")}
          onYes=${() => deck.end()}
          onClose=${() => setAsksEnd(false)}
        />`
      : null}
  </div>`;
}

/** The tracks that everybody is to have. */
function Pins({ tracks }) {
  const { t, deck } = usePage();
  const [typed, setTyped] = useState({});
  const set = async (event) => {
    event.preventDefault();
    if ((await deck.update({ tracks: typed })) !== null) setTyped({});
  };
  const field = (kind) => html`<${Field}
    label=${t(`host.pin.${kind}`)}
    value=${typed[kind] ?? tracks?.[kind] ?? ""}
    onInput=${(pin) => setTyped({ ...typed, [kind]: pin.trim() })}
    maxlength="35"
    autocomplete="off"
    spellcheck=${false}
    autocapitalize="none"
  />`;
  return html`<form onSubmit=${set}>
    <div class="beside pins">
      ${field("audio")} ${field("subtitles")}
      <button class="button" disabled=${Object.keys(typed).length === 0}>${t("host.pin.set")}</button>
    </div>
    <p class="hint">${t("host.pin.hint")}</p>
  </form>`;
}

function Password({ has }) {
  const { t, deck } = usePage();
  const [password, setPassword] = useState("");
  const set = async (event) => {
    event.preventDefault();
    if (password === "") return;
    await deck.update({ password });
    setPassword("");
  };
  return html`<form onSubmit=${set}>
    <div class="beside">
      <${Field}
        label=${t("host.password")}
        hint=${t(has ? "host.password.has" : "host.password.none")}
        value=${password}
        onInput=${setPassword}
        kind="password"
        autocomplete="new-password"
      />
      <button class="button" disabled=${password === ""}>${t("host.password.set")}</button>
    </div>
    ${has
      ? html`<button type="button" class="button quiet" onClick=${() => deck.update({ password: "" })}>${t("host.password.clear")}</button>`
      : null}
  </form>`;
}
