"""From what a session watches to what a player opens: copies, shared files, links, and what lies behind pages."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from syncwatch_cli.join_options import JoinOptions
from syncwatch_cli.media import finding, private_urls
from syncwatch_cli.media.files import shared_files
from syncwatch_cli.media.files.local_files import describe
from syncwatch_cli.media.files.shared_files import SharedFile
from syncwatch_cli.media.finding import Finder, Found
from syncwatch_cli.media.links.resolution import Resolution, Stream, Subtitles
from syncwatch_cli.media.looking_ahead import LookingAhead
from syncwatch_cli.remembered import Seat
from syncwatch_cli.tasks import Tasks
from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from tests.patience import PATIENCE

pytestmark = pytest.mark.asyncio

PAGE = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


class Pages:
    """Stands where the resolver does: knows what lies behind one page, and counts who asks."""

    def __init__(self) -> None:
        self.streams: list[str] = ["https://cdn.example.org/film.mp4"]
        self.asked: list[tuple[str, str]] = []
        self.forgotten: list[str] = []
        self.is_closed = False
        self.takes = 0.0
        self.was_asked = asyncio.Event()
        self.given_up = asyncio.Event()

    def __call__(self, *, cookies_from_browser: str | None) -> Pages:
        assert cookies_from_browser == "firefox"
        return self

    async def are_asked(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.asked) < times:  # noqa: ASYNC110 what is asked for in time is asked for in a turn of its own
                await asyncio.sleep(0.01)

    async def resolve(self, url: str, quality: str) -> Resolution:
        self.asked.append((url, quality))
        self.was_asked.set()
        try:
            await asyncio.sleep(self.takes)
        except asyncio.CancelledError:
            self.given_up.set()
            raise
        if url != PAGE:
            raise AppError(ErrorCode.UNRESOLVABLE, "the video is private")
        video, *more = (Stream(url=each) for each in self.streams)
        return Resolution(
            page_url=url, provider="youtube", video=video, audio=more[0] if more else None,
            subtitles=(Subtitles(url="https://cdn.example.org/film.vtt", language="en"),),
            title="A film", expires_at=1234.5,
        )  # fmt: skip

    def forget(self, url: str) -> None:
        self.forgotten.append(url)

    async def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> Pages:
    pages = Pages()
    monkeypatch.setattr("syncwatch_cli.media.links.resolver.Resolver", pages)
    return pages


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only addresses written out are private: no name is looked up."""
    monkeypatch.setattr(private_urls, "is_private", lambda host: host.startswith("192.168."))


@pytest.fixture(autouse=True)
def shares(monkeypatch: pytest.MonkeyPatch) -> list[SharedFile]:
    """What the host shares: nothing, unless a test adds to it."""
    shared: list[SharedFile] = []
    monkeypatch.setattr(shared_files, "shares_of", lambda *_: tuple(shared))
    return shared


def share(kind: str, name: str, size: int) -> SharedFile:
    """A file that the host shares."""
    url = f"https://watch.example.org/api/v1/{name}?ticket=x"
    return SharedFile(url=url, kind=kind, name=name, size=size, language=None, source=None)


def media(url: str | None = PAGE, file: wire.MediaFile | None = None) -> wire.Media:
    """Media of which only the source matters."""
    return wire.Media(
        media_id="m", url=url, file=file, provider=None, title=None, duration=None, live=None, thumbnail_url=None,
        start_position=0.0,
    )  # fmt: skip


class Person:
    """Whom the finder asks and tells."""

    def __init__(self, **options: Any) -> None:
        self.questions: list[str] = []
        self.answer = False
        self.notices: list[str] = []
        self.words: list[str] = []
        fixed = {"server": "https://watch.example.org", "code": "ABC-DEF", "display_name": "Ada"}
        seat = Seat("ABC-DEF", "https://watch.example.org", mine=False)
        self.options = JoinOptions(seat=seat, quality="720", cookies_from_browser="firefox", **(fixed | options))
        self.finder = Finder(self.options, token=lambda: "token", ask=self._ask, notice=self._notice)

    def _notice(self, code: str, words: str) -> None:
        self.notices.append(code)
        self.words.append(words)

    def _ask(self, question: str) -> bool:
        self.questions.append(question)
        return self.answer


async def test_a_page_becomes_its_streams(pages: Pages) -> None:
    """What lies behind a page is resolved in the quality that the person wants, with its title and its end."""
    found = await Person().finder.find(media())

    assert pages.asked == [(PAGE, "720")]
    assert "https://cdn.example.org/film.mp4" in found.source
    assert "https://cdn.example.org/film.vtt" in found.source
    assert (found.title, found.expires_at) == ("A film", 1234.5)


@pytest.mark.parametrize("url", ["https://example.org/film.mp4", "https://example.org/live.m3u8"])
async def test_a_direct_link_goes_straight_to_the_player(pages: Pages, url: str) -> None:
    """Nobody is asked what lies behind a link to the video itself."""
    assert await Person().finder.find(media(url)) == Found(url)
    assert pages.asked == []


async def test_a_page_that_leads_into_the_own_network_is_asked_about(pages: Pages) -> None:
    """Also where only one of the streams behind a public page is at a private address."""
    pages.streams.append("http://192.168.1.1/reboot")
    person = Person()
    with pytest.raises(AppError) as refused:
        await person.finder.find(media())
    assert refused.value.code is ErrorCode.BLOCKED_URL
    person.answer = True
    found = await person.finder.find(media())
    assert "192.168.1.1/reboot" in found.source
    assert len(person.questions) == 2


async def test_a_private_link_is_asked_about_before_anything_is_fetched(pages: Pages) -> None:
    """A page in the person's own network is not even looked at without their word."""
    with pytest.raises(AppError) as refused:
        await Person().finder.find(media("http://192.168.1.1/page"))
    assert refused.value.code is ErrorCode.BLOCKED_URL
    assert pages.asked == []


async def test_a_long_search_is_told(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for a page is told for what; a quick one needs no word."""
    person = Person()
    await person.finder.find(media())
    assert person.notices == []
    monkeypatch.setattr(finding, "PATIENCE", 0.01)
    pages.takes = 0.1
    await person.finder.find(media())
    assert set(person.notices) == {"looking-up"}
    # On a busy machine the look for one's own copy may take long, too, and is told apart.
    assert [words for words in person.words if words.startswith("looking up")] == [f"looking up {PAGE}"]


async def test_a_search_ends_with_who_wanted_it(pages: Pages) -> None:
    """A load that another one overtakes gives up its search."""
    pages.takes = 60
    searching = asyncio.ensure_future(Person().finder.find(media()))
    await pages.was_asked.wait()
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    await asyncio.wait_for(pages.given_up.wait(), PATIENCE)


async def test_who_plays_nothing_looks_nothing_up(pages: Pages) -> None:
    """A participant without a player is there without opening anything."""
    person = Person(player="none")
    assert (await person.finder.find(media())).source == ""
    await person.finder.look_ahead(item(PAGE))
    assert pages.asked == []


async def test_the_own_copy_goes_before_what_is_shared(tmp_path: Path, shares: list[SharedFile]) -> None:
    """A file that is here is played from here; one that isn't, from where the host shares it."""
    copy = tmp_path / "film.mkv"
    copy.write_bytes(b"film")
    file = wire.read(wire.MediaFile, describe(copy))
    shares.append(share("media", "film.mkv", 5))
    assert (await Person(file=copy).finder.find(media(None, file))).source == str(copy)

    copy.unlink()
    with pytest.raises(AppError) as missing:
        await Person().finder.find(media(None, file))
    assert missing.value.code is ErrorCode.FILE_NOT_FOUND
    shares.append(share("media", "film.mkv", 4))
    assert (await Person().finder.find(media(None, file))).source == shares[-1].url


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("url", ["https://example.org/film.mp4", PAGE])
async def test_own_and_shared_subtitles_come_with_any_picture(
    tmp_path: Path, shares: list[SharedFile], url: str
) -> None:
    """One's own first; a server that can't be asked for the host's is no reason not to watch."""
    own = tmp_path / "mine.srt"
    shares.append(share("subtitles", "theirs.srt", 50))
    found = await Person(subtitles=(own,)).finder.find(media(url))
    assert found.options["sub-files"] == f"{own}:{shares[0].url}".replace("https:", r"https\:")


async def test_no_load_waits_for_what_is_shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the host shares is asked for once, as the seat is taken, and anew with another seat; a bot asks nothing."""
    asked: list[str] = []

    def shares_of(server: str, *_: object) -> tuple[SharedFile, ...]:
        asked.append(server)
        return (share("subtitles", f"{len(asked)}.srt", 50),)

    monkeypatch.setattr(shared_files, "shares_of", shares_of)
    finder = Person().finder
    for seat in (1, 2):
        finder.seated()
        for _ in range(2):
            found = await finder.find(media("https://example.org/film.mp4"))
            assert f"{seat}.srt" in found.options["sub-files"]
    Person(player="none").finder.seated()
    Person(serves=True).finder.seated()
    await asyncio.sleep(0.05)
    assert len(asked) == 2


async def test_a_server_that_tells_of_no_shares_is_no_reason_not_to_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its fault is not told: what there is can be watched all the same."""

    def fails(*_: object) -> None:
        raise AppError(ErrorCode.SERVER_UNREACHABLE, "no")

    monkeypatch.setattr(shared_files, "shares_of", fails)
    url = "https://example.org/film.mp4"
    assert await Person().finder.find(media(url)) == Found(url)


async def test_what_was_found_can_be_forgotten(pages: Pages) -> None:
    """A link that was refused is asked for anew, and with the person's leaving the search ends."""
    person = Person()
    person.finder.forget(media())
    await person.finder.find(media())
    person.finder.forget(media())
    person.finder.forget(media(None))
    await person.finder.close()
    assert pages.forgotten == [PAGE]
    assert pages.is_closed


# --- what comes next ---------------------------------------------------------------------------------


def item(url: str | None, file: wire.MediaFile | None = None) -> wire.QueueItem:
    """One item of a queue."""
    return wire.QueueItem(item_id=url or "file", url=url, file=file, title=None, duration=None, added_by=None)


async def test_the_next_item_is_looked_up_ahead(pages: Pages) -> None:
    """The first of the queue, once, when nothing else goes before; what fails is no matter until its turn."""
    failures: list[BaseException] = []
    tasks = Tasks(failures.append)
    is_loading = True
    ahead = LookingAhead(Person().finder, tasks, lambda: is_loading)
    ahead.queue_is((item(PAGE), item("https://vimeo.com/1")))
    await asyncio.sleep(0.05)
    assert pages.asked == []
    is_loading = False
    ahead.go_on()
    await pages.are_asked(1)
    ahead.queue_is((item(PAGE),))
    await asyncio.sleep(0.05)
    assert pages.asked == [(PAGE, "720")]

    ahead.queue_is((item("https://vimeo.com/1"),))
    await pages.are_asked(2)
    ahead.queue_is(())
    ahead.queue_is((item("https://example.org/film.mp4"),))
    ahead.queue_is((item("http://192.168.1.1/page"),))
    await asyncio.sleep(0.05)
    assert [url for url, _ in pages.asked] == [PAGE, "https://vimeo.com/1"]
    assert failures == []


async def test_nobody_is_asked_about_what_comes_next(pages: Pages) -> None:
    """A question about what may never be played would only disturb: it is put when its turn has come."""
    person = Person()
    await person.finder.look_ahead(item("http://192.168.1.1/page"))
    assert person.questions == []
    assert pages.asked == []


async def test_a_host_offers_what_is_watched_and_what_comes_next(tmp_path: Path) -> None:
    """Files that others may lack are served from when they are first in the queue; what is not found here is not."""
    offered: list[Path] = []
    now, coming = tmp_path / "now.mkv", tmp_path / "coming.mkv"
    now.write_bytes(b"now")
    coming.write_bytes(b"coming")
    finder = Person(file=now, offers=offered.append, media_folders=(tmp_path,)).finder
    await finder.find(media(None, wire.read(wire.MediaFile, describe(now))))
    described = describe(coming)
    await finder.look_ahead(item(None, wire.read(wire.MediaFile, described)))
    await finder.look_ahead(item(None, wire.read(wire.MediaFile, described | {"fingerprint": "s1:" + "0" * 64})))
    assert offered == [now, coming]


async def test_the_host_has_a_moment_to_share(shares: list[SharedFile], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the host shares other files, one that has just come on is asked for a second time."""
    monkeypatch.setattr(finding, "SHARED_WITHIN", 0.05)
    shares.append(share("media", "other.mkv", 9))
    finding_it = asyncio.ensure_future(Person().finder.find(media(None, wire.MediaFile(name="film.mkv", size=4))))
    asyncio.get_running_loop().call_later(0.02, shares.append, share("media", "film.mkv", 4))
    assert (await finding_it).source == shares[-1].url
