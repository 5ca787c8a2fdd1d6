"""Which addresses this server may connect to for a stranger.

Only what is reachable from anywhere: whoever names such an address could have asked it themselves,
so nothing behind this server's own network is ever shown to them.
The lists are IANA's special-purpose address registries (RFC 6890 and what was added since), written out,
since Python's ``ipaddress`` follows them with each release and calls some tunnels to IPv4 global.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IPAddress = IPv4Address | IPv6Address

AddressPolicy = Callable[[IPAddress, int], bool]
"""Whether an address and port may be connected to."""

_NOT_GLOBAL_V4 = tuple(
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carriers' own; a cloud keeps its metadata at 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services for the machines in it; formally a global address
        "169.254.0.0/16",  # link-local, metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, metadata of another cloud
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)

_GLOBAL_V6 = IPv6Network("2000::/3")
"""All of IPv6 that is given out for use between networks (RFC 4291).

What lies outside: loopback, unique local, link-local, multicast, IPv4 mapped, compatible and translated, NAT64.
"""

_NOT_GLOBAL_V6 = tuple(
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments; Teredo and ORCHID among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: leads to any IPv4 address
        "3fff::/20",  # documentation
    )
)

_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
"""The upper half of an interface identifier that leads to an IPv4 address (RFC 5214, 6.1)."""

_WEB_PORTS = frozenset({*range(80, 91), 443} - {87})
"""The web's own ports, and those beside the first where people put a second server; 87 is an old remote login."""

_LOWEST_OWN_PORT = 1024
"""Ports from here on need no privilege, so people serve media there."""

_SERVICE_PORTS = frozenset(
    {1719, 1720, 1723, 2049, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, *range(6665, 6670)}
    | {6679, 6697, 9200, 10080, 11211, 27017}
)
"""Of those, ports of services that take a request for a command: Fetch's bad ports, and well-known databases."""


def is_global(address: IPAddress) -> bool:
    """Whether an address is reachable from anywhere, by itself and not through a tunnel or a translator."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_GLOBAL_V4)
    if address.scope_id is not None or address not in _GLOBAL_V6:
        return False
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return False
    return not any(address in network for network in _NOT_GLOBAL_V6)


def is_media_port(port: int) -> bool:
    """Whether media may be served at a port: the web's own, or one that anybody may take."""
    return port in _WEB_PORTS or (port >= _LOWEST_OWN_PORT and port not in _SERVICE_PORTS)


def global_only(address: IPAddress, port: int) -> bool:
    """The policy of a server in use."""
    return is_global(address) and is_media_port(port)
