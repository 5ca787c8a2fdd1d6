// The page behind a join link: who one is, and the password if there is one. Joining is a tap, which also lets the
// video sound.

import { html, useState } from "../vendor/htm_preact.js";
import { rememberedName } from "../device.js";
import { usePage } from "./context.js";
import { Field } from "./field.js";
import { InTerminal } from "./in_terminal.js";

export function SessionJoiner({ code, isKnown, onJoin, onHome }) {
  const { t, storage } = usePage();
  const [displayName, setName] = useState(rememberedName(storage));
  const [password, setPassword] = useState("");
  const [asksPassword, setAsksPassword] = useState(false);
  const [faults, setFaults] = useState({});
  const [isWorking, setWorking] = useState(false);

  const submit = async (event) => {
    event.preventDefault();
    if (displayName.trim() === "") {
      setFaults({ displayName: t("name.needed") });
      return;
    }
    setFaults({});
    setWorking(true);
    try {
      await onJoin({ code, displayName: displayName.trim(), password: password || undefined });
    } catch (refusal) {
      const isPassword = refusal.code === "wrong-password";
      if (isPassword) setAsksPassword(true);
      const words = isPassword && password === "" ? t("join.password.needed") : t.refusal(refusal);
      setFaults({ [isPassword ? "password" : "all"]: words });
      setWorking(false);
    }
  };

  return html`<main class="front" id="main">
    <div class="front-head"><p class="wordmark">SyncWatch</p><p class="tagline">${t("app.tagline")}</p></div>
    <form class="card" onSubmit=${submit} novalidate>
      <h1>${t("join.heading", { code })}</h1>
      ${isKnown ? html`<p class="hint">${t("join.again")}</p>` : null}
      <${Field}
        label=${t("create.name")}
        value=${displayName}
        onInput=${setName}
        fault=${faults.displayName}
        maxlength="40"
        autocomplete="nickname"
        required
      />
      ${asksPassword
        ? html`<${Field}
            label=${t("create.password")}
            value=${password}
            onInput=${setPassword}
            fault=${faults.password}
            kind="password"
            autocomplete="current-password"
          />`
        : null}
      ${faults.all ? html`<p class="fault" role="alert">${faults.all}</p>` : null}
      <button class="button primary wide" disabled=${isWorking}>
        ${isWorking ? t("join.working") : t("join.submit")}
      </button>
      <p class="hint">${t("join.sound")}</p>
    </form>
    <div class="card slim">
      <p class="hint">${t("join.terminal")}</p>
      <${InTerminal} link=${`${location.origin}/s/${code}`} />
      <button type="button" class="button quiet" onClick=${onHome}>${t("over.home")}</button>
    </div>
  </main>`;
}
