// Media at private addresses: a joiner's browser fetches what somebody else loaded, so it is asked about first.
//
// A link into one's own network could reach a router's or a printer's pages as if one had clicked there oneself. Names
// can't be looked up here, so only addresses and names that are always private are told.

const PRIVATE_NAME = /(^|\.)(localhost|local|internal|lan|home|home\.arpa)$/;

/** The host of `url`, if the person is to be asked before it is fetched; null where nothing speaks against it. */
export function hostToAskAbout(url, ownHost) {
  const host = hostOf(url);
  return host !== null && isPrivate(host) && !isPrivate(ownHost) ? host : null;
}

function hostOf(url) {
  try {
    return new URL(url).hostname;
  } catch {
    return null;
  }
}

/** Whether a host, as URLs have it, is anything but a public address or a name that may be one. */
export function isPrivate(host) {
  const name = host.toLowerCase().replace(/\.$/, "");
  if (name.startsWith("[")) return isPrivateV6(name.slice(1, -1));
  // URL has written every form of an IPv4 address as four numbers already.
  const parts = name.split(".");
  if (parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part))) return isPrivateV4(parts.map(Number));
  return !name.includes(".") || PRIVATE_NAME.test(name);
}

function isPrivateV4([a, b, c]) {
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && (b === 168 || (b === 0 && (c === 0 || c === 2)))) ||
    (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) ||
    (a === 203 && b === 0 && c === 113)
  );
}

function isPrivateV6(address) {
  // Only global unicast addresses are public; of these, the ones that carry an IPv4 address are asked about too.
  const first = Number.parseInt(address.split(":")[0] || "0", 16);
  const isGlobal = first >= 0x2000 && first < 0x4000;
  return !isGlobal || first === 0x2002 || address.startsWith("2001:db8:");
}
