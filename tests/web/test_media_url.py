"""What a pasted text means to the page: the same as to the terminal and the server."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

import pytest

from syncwatch_core.errors import AppError
from syncwatch_core.media_url import recognise

HERE = Path(__file__).parent
WEB = HERE.parents[1] / "server" / "syncwatch_server" / "web"
VECTORS = json.loads((HERE.parent / "vectors" / "media_url.json").read_text(encoding="utf-8"))
CASES = json.loads((HERE.parent / "vectors" / "media_url_cases.json").read_text(encoding="utf-8"))
TEXTS = [case["text"] for case in VECTORS["recognised"]] + VECTORS["refused"] + [case["url"] for case in CASES]
LINK = "https://example.org/"
TEXTS += [LINK + sign * (4096 - len(LINK) + more) for sign in "a😀" for more in (0, 1)]

PIECES = [
    *("%2F", "%", "%C3%A9", "%FF", "&amp;", "?t=1m", "#t=90", "&list=PL9D9FC436B881BA21", "//", "/", ".", ":80", " "),
    *("@", "é", "\u202e", "\u2028", "K", "😀", "\\", "_", "v=", "?h=8272103f6e", "+", "[", "]", "\x1f", "\x85", "%0A"),
]
"""What links are made of, and what they break by."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory):
    """The page's modules in a folder where Node knows them as modules; gives how to ask them."""
    folder = tmp_path_factory.mktemp("web")
    for module in WEB.glob("media_url*.js"):
        shutil.copy(module, folder)
    (folder / "package.json").write_text('{"type": "module"}')

    def ask(texts: list[str]) -> list[dict[str, Any]]:
        command = ["node", str(HERE / "recognise.mjs"), str(folder / "media_url.js")]
        ran = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=False, timeout=120)
        assert ran.returncode == 0, ran.stderr
        said: list[dict[str, Any]] = json.loads(ran.stdout)
        return said

    return ask


def in_python(text: str) -> dict[str, Any]:
    try:
        media = asdict(recognise(text))
    except AppError:
        return {"error": None}
    renamed = {"canonical_url": "canonicalUrl", "start_position": "startPosition"}
    return {renamed.get(name, name): value for name, value in media.items()}


def test_recognised(page: Any):
    """A text means in the page what the table says."""
    said = page([f" {case['text']}\n" for case in VECTORS["recognised"]])

    assert [
        {"text": case["text"]} | {name: told.get(name) for name in case if name != "text"}
        for case, told in zip(VECTORS["recognised"], said, strict=True)
    ] == VECTORS["recognised"]


def test_refused(page: Any):
    """What can be no media is refused by the page too, with words and a hint."""
    errors = [told.get("error") for told in page(VECTORS["refused"])]

    assert all(error and error["message"] and error["hint"] for error in errors)


def test_real_links(page: Any):
    """Every labelled link is given its provider, kind and id by the page too."""
    for case, told in zip(CASES, page([case["url"] for case in CASES]), strict=True):
        if case["provider"] is None:
            assert told.get("provider") in (None, "other"), case
        else:
            assert (told["provider"], told["kind"], told["id"]) == (case["provider"], case["kind"], case["id"])


def test_the_twins_agree_on_broken_links(page: Any):
    """Links that were cut, joined and strewn with odd characters mean the same in both languages."""
    random = Random(7)
    texts = [broken(random) for _ in range(4000)]

    said = [{"error": None} if "error" in told else told for told in page(texts)]

    assert [(text, told) for text, told in zip(texts, said, strict=True) if told != in_python(text)] == []


def broken(random: Random) -> str:
    """A link with one to three things done to it."""
    text = random.choice(TEXTS)
    for _ in range(random.randint(1, 3)):
        at, until = sorted(random.randrange(len(text) + 1) for _ in range(2))
        if random.random() < 0.6:
            text = text[:at] + random.choice(PIECES) + text[at:]
        elif random.random() < 0.5:
            text = text[:at] + text[min(until, at + 4) :]
        else:
            text = text[:at] + random.choice(TEXTS)[-20:]
    return text
