// Join codes as people type and paste them: the twin of syncwatch_core/join_code.py.

const CODE = /^[0-9A-HJKMNP-TV-Z]{6}$/;

/** What was typed, as the code that it means, such as `ABC-DEF`; null if it can't be one. A join link has one too. */
export function parseInvite(text) {
  const typed = text.trim();
  if (!typed.includes("://")) return parseCode(typed);
  const path = typed.match(/^https?:\/\/[^/?#]+(?:\/[^?#]*)?\/s\/([^/?#]+)\/?(?:[?#].*)?$/i);
  return path === null ? null : parseCode(decoded(path[1]));
}

/** Case, dashes and spaces do not matter, and O, I, L are read as 0, 1, 1. */
export function parseCode(text) {
  const bare = text.replace(/[\s\p{Pd}]/gu, "").toUpperCase();
  const code = bare.replace(/O/g, "0").replace(/[IL]/g, "1");
  return CODE.test(code) ? `${code.slice(0, 3)}-${code.slice(3)}` : null;
}

/** A join link as a desktop hands it to the program: `syncwatch://HOST/s/ABC-DEF`, with `?http` where it is plain http. */
export function ownLink(link) {
  const { protocol, host, pathname } = new URL(link);
  return `syncwatch://${host}${pathname}${protocol === "http:" ? "?http" : ""}`;
}

/** The code in the path of this page; undefined where it has none, null where it is wrong. */
export function codeInPath(pathname) {
  const found = pathname.match(/^\/s\/([^/]+)\/?$/);
  return found === null ? undefined : parseCode(decoded(found[1]));
}

/** A part of a path as people would read it; as it stands where it can't be read. */
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
