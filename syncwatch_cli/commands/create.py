"""``create``: a session for others to join."""

from __future__ import annotations

from typing import Any

from syncwatch_cli import options, output, passwords, remembered
from syncwatch_cli.media.links.expanding import WholeList, first_and_rest, queue_payloads
from syncwatch_cli.options import Shared
from syncwatch_cli.target import server_of

CONTROLS = ("everyone", "host")


def create(
    shared: Shared,
    source: options.OptionalSource = None,
    title: options.Title = None,
    control: options.Control = None,
    password: options.AskPassword = False,
    password_file: options.PasswordFile = None,
    whole_list: WholeList = False,
    cookies_from_browser: options.CookiesFromBrowser = None,
) -> None:
    """Create a session and print its code, without joining it.

    Of a playlist the first video is loaded, and the others are queued.
    """
    from syncwatch_cli.http_api import Api

    server = server_of(shared)
    secret = passwords.password_of(ask=password, file=password_file)
    options.one_of("--control", control, CONTROLS)
    media, rest = first_and_rest(source, whole_list=whole_list, cookies_from_browser=cookies_from_browser)
    body = wanted_session(media, title=title, control=control, password=secret)
    answer = Api(server).post("/sessions", body)
    remembered.remember(answer["code"], server=server, link=answer["link"], host_token=answer["hostToken"])
    host = Api(server, token=answer["hostToken"])
    for payload in queue_payloads(rest):
        answer["queue"] = host.command(answer["code"], "queue-add", **payload)["queue"]
    if shared.use_json:
        output.json_object(answer)
    else:
        output.text(answer["code"])


def wanted_session(
    media: dict[str, Any], *, title: str | None, control: str | None, password: str | None
) -> dict[str, object]:
    """What is asked of the server, for a session with this title that begins with ``media``."""
    # The media's own title is not the session's; it gets one when it is looked up.
    source = {name: media[name] for name in ("url", "file") if name in media}
    given = {"title": title, "control": control, "password": password}
    return source | {name: value for name, value in given.items() if value is not None}
