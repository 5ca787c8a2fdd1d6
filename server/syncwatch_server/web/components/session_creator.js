// The first page: create a session, or join one by its code.

import { html, useState } from "../vendor/htm_preact.js";
import { rememberedName } from "../device.js";
import { parseInvite } from "../join_code.js";
import { recogniseOrSay } from "../recognised.js";
import { usePage } from "./context.js";
import { Choice, Field } from "./field.js";

export function SessionCreator({ onCreate, onJoin, sharedUrl }) {
  const { t, storage } = usePage();
  const [form, setForm] = useState({
    displayName: rememberedName(storage),
    url: sharedUrl,
    title: "",
    password: "",
    control: "everyone",
  });
  const [faults, setFaults] = useState({});
  const [isWorking, setWorking] = useState(false);
  const set = (name) => (value) => setForm((before) => ({ ...before, [name]: value }));

  const submit = async (event) => {
    event.preventDefault();
    const wrong = {};
    if (form.displayName.trim() === "") wrong.displayName = t("name.needed");
    const link = form.url.trim() === "" ? null : recogniseOrSay(form.url, t);
    if (link?.fault) wrong.url = link.fault;
    setFaults(wrong);
    if (Object.keys(wrong).length > 0) return;
    setWorking(true);
    try {
      await onCreate({ ...filled(form), url: link?.url });
    } catch (refusal) {
      const isOfLink = ["unsupported-url", "blocked-url", "unreachable-url"].includes(refusal.code);
      setFaults({ [isOfLink ? "url" : "all"]: t.refusal(refusal) });
      setWorking(false);
    }
  };

  return html`<main class="front" id="main">
    <div class="front-head">
      <p class="wordmark">SyncWatch</p>
      <p class="tagline">${t("app.tagline")}</p>
    </div>
    <form class="card" onSubmit=${submit} novalidate>
      <h1>${t("create.heading")}</h1>
      <${Field}
        label=${t("create.name")}
        value=${form.displayName}
        onInput=${set("displayName")}
        fault=${faults.displayName}
        maxlength="40"
        autocomplete="nickname"
        required
      />
      <${Field}
        label=${t("create.url")}
        hint=${sharedUrl && form.url === sharedUrl ? t("create.shared") : t("create.url.hint")}
        value=${form.url}
        onInput=${set("url")}
        fault=${faults.url}
        inputmode="url"
        autocomplete="off"
        autocapitalize="off"
        spellcheck=${false}
      />
      <details class="more">
        <summary>${t("app.more")}</summary>
        <${Field} label=${t("create.title")} value=${form.title} onInput=${set("title")} maxlength="200" autocomplete="off" />
        <${Field}
          label=${t("create.password")}
          value=${form.password}
          onInput=${set("password")}
          kind="password"
          autocomplete="new-password"
        />
        <${Choice}
          label=${t("create.control")}
          value=${form.control}
          onChange=${set("control")}
          options=${[
            ["everyone", t("host.control.everyone")],
            ["host", t("host.control.host")],
          ]}
        />
      </details>
      ${faults.all ? html`<p class="fault" role="alert">${faults.all}</p>` : null}
      <button class="button primary wide" disabled=${isWorking}>
        ${isWorking ? t("create.working") : t("create.submit")}
      </button>
    </form>
    <${CodeForm} onJoin=${onJoin} />
  </main>`;
}

function CodeForm({ onJoin }) {
  const { t } = usePage();
  const [text, setText] = useState("");
  const [fault, setFault] = useState(null);
  const submit = (event) => {
    event.preventDefault();
    const code = parseInvite(text);
    if (code === null) setFault(t("join.code.wrong"));
    else onJoin(code);
  };
  return html`<form class="card slim" onSubmit=${submit} novalidate>
    <h2>${t("join.heading.any")}</h2>
    <div class="beside">
      <${Field}
        label=${t("join.code")}
        value=${text}
        onInput=${setText}
        fault=${fault}
        placeholder="ABC-DEF"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck=${false}
      />
      <button class="button">${t("join.submit")}</button>
    </div>
  </form>`;
}

function filled(form) {
  const kept = Object.entries(form).map(([name, value]) => [name, name === "password" ? value : value.trim()]);
  return Object.fromEntries(kept.filter(([, value]) => value !== ""));
}
