"""The ``syncwatch`` command: its wiring, and nothing else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import typer

from syncwatch_cli import diagnostics, options
from syncwatch_cli.commands import (
    chat,
    completion,
    config,
    create,
    demo,
    doctor,
    end,
    events,
    host,
    install_handler,
    join,
    kick,
    load,
    pause,
    play,
    queue,
    rate,
    resolve,
    seek,
    serve,
    sessions,
    status,
    update,
)
from syncwatch_cli.options import with_options
from syncwatch_cli.start import ASKED_BY_A_SHELL
from syncwatch_cli.typed_values import Command, Group

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

app = typer.Typer(
    name="syncwatch",
    cls=Group,
    epilog=diagnostics.EXIT_CODES_IN_WORDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    # Plain help needs no Rich, whose import would be most of what `--help` costs.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    # Ours asks no shell library who is asking, and explains what it offers without drawing it first.
    add_completion=False,
)
queue_app = typer.Typer(help="Show and change what is watched next.", cls=Group, rich_markup_mode=None)
config_app = typer.Typer(help="Show and change the settings.", cls=Group, rich_markup_mode=None)


def _add(group: typer.Typer, name: str, command: Callable[..., int | None], *, takes_signs: bool = False) -> None:
    # A value such as -10 is no option.
    settings = {"ignore_unknown_options": True} if takes_signs else None
    group.command(name, cls=Command, context_settings=settings)(with_options(command))


app.callback(invoke_without_command=True)(with_options(options.root))
_add(app, "host", host.host)
_add(app, "join", join.join)
_add(app, "create", create.create)
_add(app, "play", play.play)
_add(app, "pause", pause.pause)
_add(app, "seek", seek.seek, takes_signs=True)
_add(app, "rate", rate.rate, takes_signs=True)
_add(app, "load", load.load)
app.add_typer(queue_app, name="queue")
_add(queue_app, "add", queue.add)
_add(queue_app, "remove", queue.remove, takes_signs=True)
_add(queue_app, "move", queue.move, takes_signs=True)
_add(queue_app, "next", queue.go_on)
_add(queue_app, "shuffle", queue.shuffle)
_add(queue_app, "repeat", queue.repeat)
_add(queue_app, "list", queue.show)
_add(app, "chat", chat.chat)
_add(app, "kick", kick.kick)
_add(app, "update", update.update)
_add(app, "end", end.end)
_add(app, "status", status.status)
_add(app, "sessions", sessions.sessions)
_add(app, "events", events.events)
_add(app, "resolve", resolve.resolve)
_add(app, "serve", serve.serve)
_add(app, "demo", demo.demo)
_add(app, "doctor", doctor.doctor)
_add(app, "install-handler", install_handler.install_handler)
app.add_typer(config_app, name="config")
_add(config_app, "show", config.show)
_add(config_app, "path", config.path)
_add(config_app, "set", config.set_value, takes_signs=True)
_add(config_app, "init", config.init)
_add(app, "completion", completion.completion)


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; gives the exit code."""
    diagnostics.listen_to(arguments)
    command = typer.main.get_command(app)
    return diagnostics.guarded(lambda: command.main(args=list(arguments), prog_name="syncwatch", standalone_mode=False))


def main() -> None:
    """The entry point."""
    sys.exit(complete(sys.argv[1:]) if os.environ.get(ASKED_BY_A_SHELL) else run(sys.argv[1:]))


def complete(words: Sequence[str]) -> int:
    """Answer a shell that asks what may stand in place of the last word; gives the exit code."""
    from syncwatch_cli import output
    from syncwatch_cli.completing import answer

    return diagnostics.guarded(lambda: output.text("\n".join(answer(typer.main.get_command(app), words))))


if __name__ == "__main__":
    main()
