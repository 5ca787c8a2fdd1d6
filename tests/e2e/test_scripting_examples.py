"""The scripts of docs/scripting.md, word for word, against a real server."""

import json
import os
import re
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```(?:sh|python)\n(.*?)```", (ROOT / "docs" / "scripting.md").read_text(), re.DOTALL)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of somebody with a server and the command on the PATH; gives it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SYNCWATCH_")}
    environment |= {
        "SYNCWATCH_CONFIG": str(tmp_path / "none.toml"),
        "SYNCWATCH_STATE_DIR": str(tmp_path / "state"),
        "SYNCWATCH_FETCH_METADATA": "off",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    command = ["syncwatch", "serve", "--port", "0", "--json", "--database-url", f"sqlite:///{tmp_path / 'sessions.db'}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        assert process.stdout is not None
        yield environment | {"SYNCWATCH_SERVER": json.loads(process.stdout.readline())["url"]}
        process.terminate()


def script(folder: Path, name: str) -> str:
    """The script of the page whose first lines name it."""
    (text,) = [block for block in BLOCKS if name in block]
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def say(desk: dict[str, str], *arguments: str) -> str:
    return subprocess.run(arguments, env=desk, capture_output=True, text=True, check=True, timeout=30).stdout


def is_playing(desk: dict[str, str], code: str) -> bool:
    answer: bool = json.loads(say(desk, "syncwatch", "status", code, "--json"))["playback"]["isPlaying"]
    return answer


def test_a_session_from_cron(desk: dict[str, str], tmp_path: Path) -> None:
    """The script creates a session and posts a link that leads to it."""
    posted = tmp_path / "posted"
    environment = desk | {"MESSAGE_COMMAND": f"tee {posted}"}
    say(environment, script(tmp_path, "film-night.sh"), "https://media.example.org/film.mp4")
    link = posted.read_text().removeprefix("Tonight: ").strip()

    assert json.loads(say(desk, "syncwatch", "status", link, "--json"))["title"] == "Film night"


def test_no_message_without_a_server(desk: dict[str, str], tmp_path: Path) -> None:
    """With no server to be reached the script ends with 3 and posts nothing."""
    posted = tmp_path / "posted"
    environment = desk | {"MESSAGE_COMMAND": f"tee {posted}", "SYNCWATCH_SERVER": "http://127.0.0.1:9"}
    command = [script(tmp_path, "film-night.sh"), "https://media.example.org/film.mp4"]
    ran = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=30)

    assert (ran.returncode, posted.exists()) == (3, False)


def test_pause_and_play_from_a_key(desk: dict[str, str], tmp_path: Path) -> None:
    """The script plays what is paused and pauses what plays."""
    code = say(desk, "syncwatch", "create", "https://media.example.org/film.mp4").strip()
    press = script(tmp_path, "pause-all.sh")
    say(desk, press, code)
    after_one = is_playing(desk, code)
    say(desk, press, code)

    assert (after_one, is_playing(desk, code)) == (True, False)


def test_a_log_of_the_session(desk: dict[str, str], tmp_path: Path) -> None:
    """The script writes what is done, and ends with the session."""
    code = say(desk, "syncwatch", "create", "https://media.example.org/film.mp4").strip()
    command = [sys.executable, script(tmp_path, "history.py"), code]
    with subprocess.Popen(command, env=desk, stdout=subprocess.PIPE, text=True) as log:
        assert log.stdout is not None
        while True:
            # Until it follows there is nobody who would write this down.
            say(desk, "syncwatch", "chat", code, "hello")
            if select.select([log.stdout], [], [], 1)[0]:
                break
        say(desk, "syncwatch", "seek", code, "12.5")
        say(desk, "syncwatch", "end", code)
        lines = log.stdout.readlines()

        assert log.wait(timeout=20) == 0
    said = [line.split(" ", 1)[1].strip() for line in lines]
    assert any(line.endswith("hello") for line in said)
    assert "video-seek at 12.5 s" in said
    assert said[-1].startswith("it is over")
