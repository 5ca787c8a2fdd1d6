"""The options that ``serve`` and ``host`` have in common."""

from __future__ import annotations

from typing import Annotated

import typer

from syncwatch_cli.options import variable

Port = Annotated[
    int | None,
    typer.Option(
        "--port", metavar="PORT", min=0, max=65535, help="The port to listen on; 0 picks a free one." + variable("PORT")
    ),
]
PublicUrl = Annotated[
    str | None,
    typer.Option("--public-url", metavar="URL", help="What join links begin with." + variable("PUBLIC_URL")),
]
TlsCert = Annotated[
    str | None, typer.Option("--tls-cert", metavar="PATH", help="The certificate chain, PEM; the server speaks HTTPS.")
]
TlsKey = Annotated[str | None, typer.Option("--tls-key", metavar="PATH", help="The certificate's key, PEM.")]
Announce = Annotated[
    bool | None,
    typer.Option(
        "--announce/--no-announce",
        help="Tell this network the session's link, its title and my name, so that others here find it."
        + variable("ANNOUNCE"),
    ),
]
