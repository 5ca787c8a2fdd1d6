"""Whom a join link reaches, and the ways to let in friends whom it doesn't."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from urllib.parse import urlsplit

TUNNELS = {
    "cloudflared": "cloudflared tunnel --url http://127.0.0.1:{port}",
    "tailscale": "tailscale funnel {port}",
    "ngrok": "ngrok http {port}",
    "bore": "bore local {port} --to bore.pub",
}
"""Programs that give a port of this computer an address on the internet; each prints that address when it runs."""


def reach_in_words(link: str, port: int, which: Callable[[str], str | None] = shutil.which) -> str:
    """Whom the link reaches, and how to let in friends whom it doesn't; ``which`` finds the programs that are here."""
    from syncwatch_cli.media.private_urls import is_private

    host = urlsplit(link).hostname or ""
    if not is_private(host):
        return f"Whoever can reach {host} can follow the link, if it leads to port {port} of this computer."
    reached = (
        "Only this computer can follow the link: it is in no network."
        if host.startswith("127.")
        else "Whoever is in your network (the same router or VPN) can follow the link; nobody beyond it."
    )
    return "\n".join((reached, *_beyond(port, which)))


def _beyond(port: int, which: Callable[[str], str | None]) -> list[str]:
    ways = ["To let in friends beyond it, give the server an address that they can reach, in one of these ways:"]
    for program, command in TUNNELS.items():
        if which(program) is not None:
            ways += [
                f"  {program}, which is installed here:  {command.format(port=port)}",
                f"  and with the address that it prints:  syncwatch host --port {port} --public-url ADDRESS",
            ]
    return [
        *ways,
        f"  a machine of yours on the internet:  ssh -R 0.0.0.0:{port}:127.0.0.1:{port} YOU@MACHINE",
        f"  with  syncwatch host --port {port} --public-url http://MACHINE:{port}  (its sshd needs GatewayPorts)",
        f"  your router: forward TCP port {port} to this computer, and give --public-url with its outer address",
        "  a public server: syncwatch serve runs there, and everybody names it with --server",
    ]
