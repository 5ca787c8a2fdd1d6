"""What the person has copied, for a line that they type in mpv: from mpv where it knows, else from the desktop."""

from __future__ import annotations

import asyncio
import shutil
import subprocess

from syncwatch_cli.player.connection import ConnectionLostError, IpcConnection

WITHIN = 1.0
"""Seconds that a program has to tell it. A choice; milliseconds are usual."""

PROGRAMS = (
    ("wl-paste", "--no-newline", "--type", "text"),
    ("xclip", "-selection", "clipboard", "-out"),
    ("xsel", "--clipboard", "--output"),
    ("pbpaste",),
    ("powershell.exe", "-NoProfile", "-Command", "Get-Clipboard"),
)
"""Those that tell it on Wayland, X11, macOS and Windows; the first that works is believed."""


async def copied_text(connection: IpcConnection) -> str:
    """The text that was copied last; empty where there is none, or no way to it."""
    # mpv has it from 0.40 on.
    [asked] = connection.request(["get_property", "clipboard/text"])
    try:
        answer = await asked
    except ConnectionLostError:
        return ""
    if isinstance(answer.value, str):
        return answer.value
    for command in PROGRAMS:
        program = shutil.which(command[0])
        told = await _output(program, *command[1:]) if program else None
        if told is not None:
            return told
    return ""


async def _output(program: str, *arguments: str) -> str | None:
    """What a program prints; None if it fails, or takes too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None
    try:
        told, _ = await asyncio.wait_for(process.communicate(), WITHIN)
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    return told.decode("utf-8", "replace") if process.returncode == 0 else None
