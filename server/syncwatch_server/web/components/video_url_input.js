// A line for a link: what it means is said at once, and soon after what the server finds there, with its picture.

import { html, useEffect, useRef, useState } from "../vendor/htm_preact.js";
import { timeText } from "../figures.js";
import { recogniseOrSay } from "../recognised.js";
import { usePage } from "./context.js";
import { Picture } from "./picture.js";

/** Milliseconds of rest after which the server is asked about what was typed. */
const REST = 450;

const PROVIDERS = {
  youtube: "YouTube",
  vimeo: "Vimeo",
  dailymotion: "Dailymotion",
  twitch: "Twitch",
  hls: "HLS",
  dash: "DASH",
  direct: "",
  other: "",
};

export function VideoUrlInput({ canPlay = true }) {
  const { t, deck } = usePage();
  const [text, setText] = useState("");
  const [isWorking, setWorking] = useState(false);
  const found = text.trim() === "" ? null : recogniseOrSay(text, t);
  const report = useReport(found?.fault ? null : (found?.url ?? null));
  const isUsable = found !== null && !found.fault && !isWorking;

  const give = async (how) => {
    if (!isUsable) return;
    setWorking(true);
    const answer = await how(found.url);
    setWorking(false);
    if (answer !== null) setText("");
  };
  const submit = (event) => {
    event.preventDefault();
    give(canPlay ? (url) => deck.load(url) : (url) => deck.queueAdd(url));
  };
  return html`<form class="url-form" onSubmit=${submit}>
    <div class="url-row">
      <label class="visually-hidden" for="video-url">${t("url.label")}</label>
      <input
        id="video-url"
        value=${text}
        onInput=${(event) => setText(event.target.value)}
        placeholder=${t("url.placeholder")}
        inputmode="url"
        autocomplete="off"
        autocapitalize="off"
        spellcheck=${false}
        aria-describedby="video-url-found"
        aria-invalid=${found?.fault ? "true" : undefined}
      />
      ${found === null
        ? null
        : html`${canPlay
              ? html`<button class="button primary" disabled=${!isUsable}>${t("url.play")}</button>`
              : null}
            <button type="button" class="button" disabled=${!isUsable} onClick=${() => give((url) => deck.queueAdd(url))}>
              ${t("url.queue")}
            </button>`}
    </div>
    <div id="video-url-found" role="status" aria-live="polite">
      ${found === null ? null : html`<${Found} found=${found} report=${report} />`}
    </div>
  </form>`;
}

/** What the server says of a link, once nothing more is typed: `{isAsking, answer, refusal}`. */
function useReport(url) {
  const { evening } = usePage();
  const [report, setReport] = useState({});
  const asked = useRef(null);
  useEffect(() => {
    asked.current?.abort();
    setReport({});
    if (url === null) return undefined;
    const asking = new AbortController();
    asked.current = asking;
    const timer = setTimeout(async () => {
      setReport({ isAsking: true });
      try {
        setReport({ answer: await evening.client.validateVideoUrl(url, { signal: asking.signal }) });
      } catch (refusal) {
        if (!asking.signal.aborted) setReport({ refusal });
      }
    }, REST);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [url]);
  return report;
}

function Found({ found, report }) {
  const { t } = usePage();
  if (found.fault) return html`<p class="fault">${found.fault}</p>`;
  const { isAsking, answer, refusal } = report;
  const provider = PROVIDERS[found.provider] || hostOf(found.url);
  const picture = answer?.thumbnailUrl;
  const kind = found.kind.includes("playlist") ? t("url.kind.playlist") : answer?.live ? t("url.kind.live") : null;
  return html`<div class="found">
    ${picture ? html`<${Picture} key=${picture} url=${picture} />` : null}
    <div>
      ${answer?.title ? html`<p class="found-title"><bdi>${answer.title}</bdi></p>` : null}
      <p class="hint">
        ${[provider, kind, answer?.duration ? timeText(answer.duration) : null].filter(Boolean).join(" · ")}
        ${isAsking ? ` · ${t("url.checking")}` : null}
      </p>
      ${answer && !answer.playableIn.includes("web") ? html`<p class="caution">${t("url.mpv-only")}</p>` : null}
      ${refusal ? html`<p class="caution">${t.refusal(refusal)}</p>` : null}
    </div>
  </div>`;
}

function hostOf(url) {
  try {
    return new URL(url).host;
  } catch {
    return "";
  }
}
