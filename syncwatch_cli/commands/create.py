"""``create``: a session for others to join."""

from __future__ import annotations

from syncwatch_cli import options, output, passwords, remembered
from syncwatch_cli.http_api import Api
from syncwatch_cli.media.sources import parse_source
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
) -> None:
    """Create a session and print its code, without joining it."""
    server = server_of(shared)
    body = wanted_session(
        source=source, title=title, control=control, password=passwords.password_of(ask=password, file=password_file)
    )
    answer = Api(server).post("/sessions", body)
    remembered.remember(answer["code"], server=server, link=answer["link"], host_token=answer["hostToken"])
    if shared.use_json:
        output.json_object(answer)
    else:
        output.text(answer["code"])


def wanted_session(
    *, source: str | None, title: str | None, control: str | None, password: str | None
) -> dict[str, object]:
    """What is asked of the server; raises ``AppError`` (usage, or what is wrong with the source)."""
    options.one_of("--control", control, CONTROLS)
    wanted = {"title": title, "control": control, "password": password}
    media = parse_source(source).as_media() if source is not None else {}
    return {name: value for name, value in wanted.items() if value is not None} | media
