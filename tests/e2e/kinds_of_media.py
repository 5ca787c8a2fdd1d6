"""Media of every kind that people watch, made small by ffmpeg; and streams that never end."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.serving import serving

TS_WRAPS_AT = 2**33 / 90_000
"""Seconds; MPEG-TS counts in 33 bits at 90 kHz."""

LASTS = 40
"""Seconds of most of the media here."""

_SOUND = ("-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000")
_CODING = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k")
_VARIABLE = ("-filter_complex", "[0:v][1:v][2:v][3:v]concat=n=4:v=1:a=0[v]", "-map", "[v]", "-map", "4:a")


def _picture(rate: int, *, lasts: float | None = None) -> tuple[str, ...]:
    return ("-f", "lavfi", "-i", f"testsrc2=size=160x90:rate={rate}" + (f":duration={lasts}" if lasts else ""))


class Shelf:
    """Makes media in a folder, each when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def film(self) -> Path:
        """24 frames a second, with sound."""
        return self._made("film.mp4", *_picture(24), *_SOUND, "-t", LASTS, *_CODING)

    def tiny(self) -> Path:
        """A third of a second."""
        return self._made("tiny.mp4", *_picture(24), *_SOUND, "-t", 0.3, *_CODING)

    def variable(self) -> Path:
        """24, 30, 12, and 24 frames a second, in a container that names no rate."""
        pictures = [part for rate in (24, 30, 12, 24) for part in _picture(rate, lasts=10)]
        fine = ("-vsync", "vfr", "-enc_time_base", "1:1000")
        return self._made("variable.mkv", *pictures, *_SOUND, *_VARIABLE, "-t", LASTS, *fine, *_CODING)

    def variable_silent(self) -> Path:
        """The same without sound."""
        return self._made("variable-silent.mp4", "-i", self.variable(), "-an", "-c", "copy")

    def slides(self) -> Path:
        """Six hours, of one frame a second."""
        minute = self._made("minute.mp4", *_picture(1), *_SOUND, "-t", 60, *_CODING)
        return self._made("slides.mp4", "-stream_loop", 359, "-i", minute, "-c", "copy")

    def sound(self) -> Path:
        """Sound without a picture."""
        return self._made("sound.m4a", "-i", self.film(), "-vn", "-c", "copy")

    def sound_with_cover(self) -> Path:
        """Sound with a still picture."""
        cover = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=1:duration=1")
        kept = ("-map", "0:a", "-map", "1:v", "-c:a", "copy", "-c:v", "png", "-disposition:v", "attached_pic")
        return self._made("sound-with-cover.m4a", "-i", self.film(), *cover, *kept)

    def late_ts(self) -> Path:
        """A recording whose first timestamp is ten hours."""
        return self._recorded("late.ts", self.film(), 36_000)

    def wrapped_ts(self) -> Path:
        """A recording whose timestamps begin at nought again in its middle."""
        return self._recorded("wrapped.ts", self.film(), TS_WRAPS_AT - LASTS / 2)

    def jumping_ts(self) -> Path:
        """A recording whose timestamps jump by an hour in its middle."""
        return self._joined("jumping.ts", 0, 3600)

    def jumping_back_ts(self) -> Path:
        """A recording whose timestamps jump back by an hour in its middle, which mpv takes for a day further on."""
        return self._joined("jumping-back.ts", 3600, 0)

    def _joined(self, name: str, *begin_at: float) -> Path:
        parts = [self._recorded(f"part-{at}.ts", self.film(), at, "-t", LASTS / 2) for at in begin_at]
        whole = self._folder / name
        whole.write_bytes(b"".join(part.read_bytes() for part in parts))
        return whole

    def _recorded(self, name: str, film: Path, begins_at: float, *how: object) -> Path:
        return self._made(name, "-i", film, *how, "-c", "copy", "-output_ts_offset", begins_at)

    def _made(self, name: str, *how: object) -> Path:
        path = self._folder / name
        if not path.exists():
            subprocess.run(["ffmpeg", "-v", "error", "-y", *map(str, how), path], check=True, stdin=subprocess.DEVNULL)
        return path


class LiveStreams:
    """A film that is broadcast over and over: as an HLS playlist that slides on, and as one endless response."""

    def __init__(self, port: int) -> None:
        self.playlist = f"http://127.0.0.1:{port}/live.m3u8"
        self.endless = f"http://127.0.0.1:{port}/endless.ts"


@contextmanager
def open_live_streams(film: Path, folder: Path) -> Iterator[LiveStreams]:
    """Streams that run on for as long as this is open."""
    broadcast = ("ffmpeg", "-v", "quiet", "-re", "-stream_loop", "-1", "-i", str(film), "-c", "copy", "-f")
    sliding = ("hls", "-hls_time", "2", "-hls_list_size", "5", "-hls_flags", "delete_segments")

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/endless.ts":
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "video/mp2t")
            self.end_headers()
            self._send_endlessly()

        def _send_endlessly(self) -> None:
            endless = subprocess.Popen(
                [*broadcast, "mpegts", "-"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0
            )
            assert endless.stdout is not None
            # Until the player has seen enough.
            with endless, contextlib.suppress(OSError):
                try:
                    while (piece := endless.stdout.read(65536)) and not closing.is_set():
                        self.wfile.write(piece)
                finally:
                    endless.kill()

        def log_message(self, *_: object) -> None:
            return

    closing = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    server.daemon_threads = True
    with (
        serving(server),
        subprocess.Popen([*broadcast, *sliding, folder / "live.m3u8"], stdin=subprocess.DEVNULL) as playlist,
    ):
        try:
            yield LiveStreams(server.server_address[1])
        finally:
            playlist.kill()
            closing.set()
