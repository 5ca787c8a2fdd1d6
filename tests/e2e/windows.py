"""A screen without a monitor, and the windows on it: keys pressed and windows closed as a person does it."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.e2e.people import eventually


class Screen:
    """One X display."""

    def __init__(self, display: str) -> None:
        self.display = display

    def window_of(self, pid: int) -> int:
        """The window of a process, waited for."""
        found: list[int] = []

        def look() -> list[int]:
            found[:] = map(int, self._xdotool("search", "--onlyvisible", "--pid", str(pid), check=False).split())
            return found

        eventually(f"process {pid} opens a window", look)
        return found[-1]

    def press(self, window: int, key: str) -> None:
        """Press a key of the keyboard, with that window in front."""
        self._xdotool("windowfocus", "--sync", str(window), "key", "--clearmodifiers", key)

    def close(self, window: int) -> None:
        """Close a window as the button in its title bar does."""
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        connection = ctypes.c_void_p(x11.XOpenDisplay(self.display.encode()))
        atom = {name: x11.XInternAtom(connection, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")}
        words = (ctypes.c_long * 5)(atom[b"WM_DELETE_WINDOW"], 0)
        message = _ClientMessage(
            type=_CLIENT_MESSAGE, window=window, message_type=atom[b"WM_PROTOCOLS"], format=32, words=words
        )
        x11.XSendEvent(connection, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(message))
        x11.XCloseDisplay(connection)

    def _xdotool(self, *words: str, check: bool = True) -> str:
        environment = os.environ | {"DISPLAY": self.display}
        done = subprocess.run(
            ["xdotool", *words], env=environment, capture_output=True, text=True, timeout=30, check=False
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def open_screen() -> Iterator[Screen]:
    """An X server of its own, on a display that is free."""
    read, write = os.pipe()
    # Without auto-repeat (-r): on a busy machine a key stays down long enough to repeat into the next window.
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "800x400x24", "-nolisten", "tcp", "-noreset", "-r"]
    server = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        assert number, "the X server did not come up"
        yield Screen(f":{number}")
    finally:
        server.terminate()
        server.wait(timeout=20)


_CLIENT_MESSAGE = 33
"""The type of the event, in X.h."""


class _ClientMessage(ctypes.Structure):
    """``XClientMessageEvent``, filled up to the size of any event."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("words", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 12),
    ]
