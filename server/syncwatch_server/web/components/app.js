// Which page is shown: the first one, the one behind a join link, the session, or the word at its end.

import { html, useEffect, useMemo, useRef, useState } from "../vendor/htm_preact.js";
import { errorReports } from "../client_errors.js";
import { Deck } from "../deck.js";
import { rememberName, rememberedTheme, sharedLink, showTheme } from "../device.js";
import { Evening } from "../evening.js";
import { chosenLanguage, rememberLanguage, wordsOf } from "../i18n/i18n.js";
import { codeInPath, decoded } from "../join_code.js";
import { newClient } from "../new_client.js";
import { SeatMemory } from "../seat_memory.js";
import { Stage } from "../stage.js";
import { Page } from "./context.js";
import { ErrorBoundary } from "./error_boundary.js";
import { Goodbye } from "./goodbye.js";
import { SessionCreator } from "./session_creator.js";
import { SessionJoiner } from "./session_joiner.js";
import { SessionView } from "./session_view.js";

export function App({ storage }) {
  const [language, chooseLanguage] = useState(() => chosenLanguage(storage, navigator.languages ?? [navigator.language]));
  const [theme, chooseTheme] = useState(() => rememberedTheme(storage));
  const [code, setCode] = useState(() => codeInPath(location.pathname));
  const [live, setLive] = useState(null);
  const [over, setOver] = useState(null);
  const liveNow = useRef(null);
  liveNow.current = live;
  const install = useInstall();
  const t = useMemo(() => wordsOf(language), [language]);
  const report = useMemo(
    () => errorReports(() => liveNow.current && ((event, payload) => liveNow.current?.client.send(event, payload).catch(() => {}))),
    [],
  );
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => listenToFaults(report), [report]);
  useTitle(t, live, over, code);

  const page = useMemo(
    () => ({
      t,
      storage,
      language,
      theme,
      install,
      report,
      setLanguage: (chosen) => {
        rememberLanguage(storage, chosen);
        chooseLanguage(chosen);
      },
      setTheme: (chosen) => {
        showTheme(storage, chosen);
        chooseTheme(chosen);
      },
    }),
    [t, storage, language, theme, install, report],
  );

  const go = (path, next) => {
    history.pushState(null, "", path);
    setOver(null);
    setCode(next);
  };
  useEffect(() => {
    const onBack = () => {
      if (liveNow.current === null) setCode(codeInPath(location.pathname));
    };
    window.addEventListener("popstate", onBack);
    return () => window.removeEventListener("popstate", onBack);
  }, []);

  /** Take a seat with a client of one's own; the session is shown once it is there. */
  const begin = async (displayName, how) => {
    rememberName(storage, displayName);
    const client = newClient(storage);
    const evening = new Evening(client, window);
    const deck = new Deck(evening);
    const stage = new Stage(evening, deck, report);
    client.listen((fact) => {
      if (fact.type !== "over") return;
      stage.close();
      setLive(null);
      setOver({ code: fact.code, message: fact.message });
    });
    try {
      const { session } = await how(client);
      history.replaceState(null, "", `/s/${session.code}`);
      setCode(session.code);
      setOver(null);
      setLive({ client, evening, deck, stage });
    } catch (refusal) {
      stage.close();
      client.cleanup({ leave: false });
      throw refusal;
    }
  };
  const leave = async () => {
    live.stage.close();
    setLive(null);
    setOver({ code: "left" });
    await live.client.cleanup();
  };

  const home = () => go("/", undefined);
  let shown;
  if (over !== null) {
    const isBack = ["left", "kicked", "superseded"].includes(over.code) && typeof code === "string";
    shown = html`<${Goodbye} over=${over} onHome=${home} onAgain=${isBack ? () => setOver(null) : null} />`;
  } else if (live !== null) {
    shown = html`<${SessionView} evening=${live.evening} deck=${live.deck} stage=${live.stage} onLeave=${leave} />`;
  } else if (code === null) {
    const typed = decoded(location.pathname.slice(3)).slice(0, 40);
    shown = html`<${Goodbye} over=${{ code: "nothing", message: t("join.nothing", { code: typed }) }} onHome=${home} />`;
  } else if (code !== undefined) {
    const isKnown = Boolean(new SeatMemory(storage).recall(code).participantToken);
    shown = html`<${SessionJoiner}
      key=${code}
      code=${code}
      isKnown=${isKnown}
      onJoin=${(join) => begin(join.displayName, (client) => client.joinSession(join))}
      onHome=${home}
    />`;
  } else {
    shown = html`<${SessionCreator}
      sharedUrl=${sharedLink(location.search)}
      onCreate=${(create) => begin(create.displayName, (client) => client.createSession(create))}
      onJoin=${(asked) => go(`/s/${asked}`, asked)}
    />`;
  }
  return html`<${Page.Provider} value=${page}><${ErrorBoundary} name="page">${shown}<//><//>`;
}

/** What the browser offers for installing the page, once it does. */
function useInstall() {
  const [offer, setOffer] = useState(null);
  useEffect(() => {
    const onOffer = (event) => {
      event.preventDefault();
      setOffer(() => () => {
        setOffer(null);
        event.prompt();
      });
    };
    window.addEventListener("beforeinstallprompt", onOffer);
    return () => window.removeEventListener("beforeinstallprompt", onOffer);
  }, []);
  return offer;
}

function listenToFaults(report) {
  const onFault = (event) => report(event.error ?? event.reason ?? event.message);
  window.addEventListener("error", onFault);
  window.addEventListener("unhandledrejection", onFault);
  return () => {
    window.removeEventListener("error", onFault);
    window.removeEventListener("unhandledrejection", onFault);
  };
}

/** What the tab is called: the session, and how much of the chat was not read. */
function useTitle(t, live, over, code) {
  useEffect(() => {
    const show = () => {
      const session = live?.evening.session;
      const name = session ? session.title || t("session.untitled", { code: session.code }) : code ? t("join.heading", { code }) : null;
      const unread = live?.evening.unread ?? 0;
      document.title = `${unread > 0 ? `(${unread}) ` : ""}${name && over === null ? `${name} · ` : ""}SyncWatch`;
    };
    show();
    return live?.evening.onChange(show);
  }, [t, live, over, code]);
}
