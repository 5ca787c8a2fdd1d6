"""Which player the person chose, made and not yet started."""

from __future__ import annotations

from collections.abc import Callable

from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.player.interface import Player, PlayerListener
from syncwatch_cli.player.process import MpvProcess


def make_player(
    options: JoinOptions, listener: PlayerListener, clock: Callable[[], float], started: MpvProcess | None = None
) -> Player:
    """The player of ``options``; ``started`` is the process of an mpv of ours, where that runs already."""
    title = f"SyncWatch {options.code}"
    # Without words on the picture nobody would see what they type there.
    chat_key = None if options.osd == "none" else options.chat_key
    ipc_socket = None if options.ipc_socket is None else str(options.ipc_socket)
    if options.player == "none":
        from syncwatch_cli.player.none import NoPlayer

        return NoPlayer(listener)
    if options.player == "libmpv":
        from syncwatch_cli.player.libmpv import LibmpvPlayer

        return LibmpvPlayer(
            listener, clock, extra_args=options.mpv_args, ipc_socket=ipc_socket, title=title, chat_key=chat_key
        )
    if options.attach is not None:
        from syncwatch_cli.player.mpv import MpvPlayer

        return MpvPlayer(listener, clock, attach=str(options.attach), chat_key=chat_key)
    from syncwatch_cli.player.ahead import MpvAhead

    return MpvAhead(
        listener,
        clock,
        started=started,
        mpv_path=options.mpv,
        extra_args=options.mpv_args,
        ipc_socket=ipc_socket,
        title=title,
        chat_key=chat_key,
    )
