// A web address taken apart, and the rules by which a provider's links are told from one another.
//
// The twin of syncwatch_core/media_url_parts.py.

/** A pattern that must fit a text as a whole. */
export const whole = (pattern) => new RegExp(`^(?:${pattern})$`, "su");

/** One shape of link; what the query must ask for, if anything, and the pattern that the value must fit. */
export const rule = (path, kind, canonicalUrl, asks = null, value = null) => ({
  path: whole(path),
  kind,
  canonicalUrl,
  asks,
  value: value === null ? null : whole(value),
});

export function splitAddress(url) {
  const [, written, authority, path, query, fragment] =
    /^(https?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(url);
  const scheme = written.toLowerCase();
  let host = isAscii(authority) ? authority.toLowerCase() : authority;
  for (const standard of [":", scheme === "http" ? ":80" : ":443"]) {
    if (host.endsWith(standard)) host = host.slice(0, -standard.length);
  }
  return { scheme, host, path, query: query ?? null, fragment: fragment ?? null };
}

export function textOf({ scheme, host, path, query, fragment }) {
  const asked = query === null ? "" : `?${query}`;
  return `${scheme}://${host}${path || "/"}${asked}${fragment === null ? "" : `#${fragment}`}`;
}

export function match(rules, link) {
  for (const one of rules) {
    const found = one.path.exec(link.path);
    const asked = one.asks === null ? null : one.value.exec(link.asked.get(one.asks) ?? "");
    if (found === null || (one.asks !== null && asked === null)) continue;
    const named = { ...found.groups, ...asked?.groups };
    const url = one.canonicalUrl.replace(/\{(\w+)\}/g, (_, name) => inUrl(named[name] ?? ""));
    return { kind: one.kind, id: named.id, canonicalUrl: url, playlist: null };
  }
  return null;
}

export function askedIn(query) {
  query ??= "";
  while (query.includes("&amp;")) query = query.replaceAll("&amp;", "&");
  const asked = new Map();
  for (const pair of query.split("&")) {
    const [name, value] = partition(pair, "=").map((text) => decoded(text.replaceAll("+", " ")));
    if (!asked.has(name)) asked.set(name, value);
  }
  return asked;
}

export function firstStart(asked) {
  for (const name of ["t", "start", "time_continue"]) {
    const start = asked.has(name) ? secondsOf(asked.get(name)) : null;
    if (start !== null) return start;
  }
  return null;
}

/** A time in a link (`171`, `2m51s`, `1:02:03`), s; null for what is none. */
export function secondsOf(text) {
  const found =
    /^(?:([0-9]{1,4})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)s?)?$/.exec(text) ??
    /^(?:([0-9]{1,4}):)?([0-9]{1,6}):([0-9]{1,2}(?:\.[0-9]{1,9})?)$/.exec(text);
  if (text === "" || found === null) return null;
  const [hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return hours * 3600 + minutes * 60 + seconds;
}

export function partition(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

export function readable(part) {
  const text = decoded(part);
  return text.includes("/") ? part : text;
}

/** Percent-encoding undone; unlike `decodeURIComponent` it fails on nothing. */
function decoded(text) {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) =>
    new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      Uint8Array.from(bytes.slice(1).split("%"), (byte) => Number.parseInt(byte, 16)),
    ),
  );
}

function inUrl(text) {
  return encodeURIComponent(text).replaceAll("%2F", "/").replaceAll("%40", "@").replaceAll("%3A", ":");
}

export function isAscii(text) {
  return /^[\x00-\x7f]*$/.test(text);
}
