// Faults of the page, told to the server as `client-error` while there is a session to tell it in: each once, few in all.

/** Faults that one page tells; the rest is mostly the same over and over. */
const AT_MOST = 20;

/** Characters of a message and of a stack; docs/contract.md, 3. */
const LONGEST_MESSAGE = 500;
const LONGEST_STACK = 1500;

/** Gives `report(fault, panel)`; `send` is told what to send, or is null where there is nobody to tell. */
export function errorReports(send) {
  const told = new Set();
  return (fault, panel = null) => {
    const message = String(fault?.message ?? fault ?? "unknown").slice(0, LONGEST_MESSAGE);
    const known = `${panel} ${message}`;
    if (told.has(known) || told.size >= AT_MOST) return;
    told.add(known);
    const stack = withoutCode(String(fault?.stack ?? "")).slice(0, LONGEST_STACK);
    send()?.("client-error", { message, context: { panel, stack, page: "web" } });
  };
}

/** A code is a secret, and the addresses in a stack may have one. */
function withoutCode(text) {
  return text.replace(/\/s\/[^\s:/)]+/g, "/s/…");
}
