"""What a session knows of its media: by its link, by what is found out, by its players."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from syncwatch_core import messages as wire
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_core.media_lists import is_list, is_video_in_list, list_url, video_alone
from syncwatch_core.media_rules import media_of
from syncwatch_core.media_url import recognise
from syncwatch_core.watch_session import MediaFound, Outcome

if TYPE_CHECKING:
    from tests.core.conftest import Party

WATCH = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


def by_link(url: str, **fields: object) -> wire.Media:
    """The media that a link means."""
    return media_of(wire.read(wire.VideoLoad, {"url": url, **fields}), "m")


def finds(party: Party, url: str, **found: object) -> Outcome:
    """The server finds something out about a link."""
    return party.apply(MediaFound(url=url, **found), 130.0)  # type: ignore[arg-type] # given by name


# --- the link alone ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shared", "provider", "start"),
    [
        ("https://youtu.be/dQw4w9WgXcQ?si=tracking&t=1m30s", WATCH, "youtube", 90.0),
        (f"{WATCH}&list=PLaaaaaaaaaaaaaaaa&index=3", WATCH, "youtube", 0.0),
        (
            "https://www.dailymotion.com/video/x8abcd?playlist=x5nmbq",
            "https://www.dailymotion.com/video/x8abcd",
            "dailymotion",
            0.0,
        ),
        ("https://vimeo.com/76979871?utm_source=x", "https://vimeo.com/76979871", "vimeo", 0.0),
        ("https://www.twitch.tv/videos/1234567?t=1h", "https://www.twitch.tv/videos/1234567", "twitch", 3600.0),
        ("https://www.twitch.tv/somebody", "https://www.twitch.tv/somebody", "twitch", 0.0),
        (" https://h/a.mp4?key=1 ", "https://h/a.mp4?key=1", "direct", 0.0),
        ("https://h/a.m3u8", "https://h/a.m3u8", "hls", 0.0),
        ("https://h/a.mpd", "https://h/a.mpd", "dash", 0.0),
        ("https://h/page?utm_source=x", "https://h/page?utm_source=x", "other", 0.0),
    ],
)
def test_a_link_is_recognised(given: str, shared: str, provider: str, start: float):
    """A provider's link is shared in its one form; any other as it was typed; both start where the link says."""
    media = by_link(given)

    assert (media.url, media.provider, media.start_position) == (shared, provider, start)


def test_a_start_that_was_given_goes_before_the_links():
    """Who says where to begin, also at the very beginning, is taken at their word."""
    assert by_link(f"{WATCH}&t=90", startPosition=5.0).start_position == 5.0
    assert by_link(f"{WATCH}&t=90", startPosition=0.0).start_position == 0.0


def test_a_title_is_read_off_a_file_but_not_off_a_page():
    """A file's link names it; a provider's says nothing that a person would call it."""
    assert by_link("https://h/My%20film.mp4").title == "My film.mp4"
    assert by_link(WATCH).title is None
    assert by_link(WATCH, title="Ours").title == "Ours"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/playlist?list=PLaaaaaaaaaaaaaaaa",
        "https://www.youtube.com/@somebody",
        "https://www.youtube.com/results?search_query=cats",
        "https://vimeo.com/showcase/1234",
        "https://www.dailymotion.com/playlist/x5nmbq",
        "https://www.twitch.tv/collections/abcdefgh",
        "https://www.twitch.tv/somebody/videos",
    ],
)
def test_a_list_is_no_video(url: str):
    """What leads to many videos is refused as one, with the way to have them all."""
    with pytest.raises(AppError, match="leads to many videos") as refusal:
        by_link(url)

    assert refusal.value.code is ErrorCode.UNSUPPORTED_URL
    assert "queue add" in str(refusal.value.hint)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "~/film.mkv", "film.mkv", "data:video/mp4;base64,x", "//h/a.mp4"]
)
def test_what_is_no_link_is_refused(url: str):
    """Files of one computer and other schemes are no links."""
    with pytest.raises(AppError) as refusal:
        by_link(url)

    assert refusal.value.code is ErrorCode.UNSUPPORTED_URL


def test_live_channels_are_one_video():
    """A Twitch channel and a YouTube channel's live page are what is on there now."""
    assert not is_list(recognise("https://www.twitch.tv/somebody"))
    assert not is_list(recognise("https://www.youtube.com/@somebody/live"))
    assert is_list(recognise("https://www.youtube.com/@somebody"))


def test_a_video_is_told_from_the_list_beside_it():
    """A video that was linked in a list is that video alone, where one is wanted."""
    both = recognise(f"{WATCH}&list=PLaaaaaaaaaaaaaaaa")
    alone = video_alone(both)

    assert is_video_in_list(both)
    assert (alone.kind, alone.canonical_url, alone.playlist) == ("video", WATCH, None)
    assert video_alone(alone) is alone


@pytest.mark.parametrize(
    ("link", "page"),
    [
        (f"{WATCH}&list=PLaaaaaaaaaaaaaaaa", "https://www.youtube.com/playlist?list=PLaaaaaaaaaaaaaaaa"),
        ("https://www.dailymotion.com/video/x8abcd?playlist=x5nmbq", "https://www.dailymotion.com/playlist/x5nmbq"),
        ("https://vimeo.com/showcase/1234", "https://vimeo.com/showcase/1234"),
        (WATCH, WATCH),
    ],
)
def test_a_list_has_a_page_of_its_own(link: str, page: str):
    """The list beside a video is found at its own page; what is a list itself is where it is."""
    assert list_url(recognise(link)) == page


# --- what is found out ---------------------------------------------------------------------------------


def test_what_is_found_fills_what_is_not_known(three: Party):
    """Title, length and picture come in beside the same playback, and all are told."""
    three.does("ann", wire.VideoLoad(url=WATCH), 120.0)
    before = three.playback
    outcome = finds(three, WATCH, title="A\x1b film", duration=62.0, live=False, thumbnail_url="https://i/1.jpg")
    media = three.media

    assert (media.title, media.duration, media.live, media.thumbnail_url) == ("A film", 62.0, False, "https://i/1.jpg")
    assert outcome.messages == ((wire.VideoUrlUpdated(media=media, playback=before), None),)
    assert three.playback == before


def test_a_persons_own_title_stays(three: Party):
    """Who named it has named it; the queue's items too."""
    three.does("ann", wire.VideoLoad(url=WATCH, title="Ours"), 120.0)
    three.does("ann", wire.QueueAdd(url=WATCH, title="Later"), 120.0)
    finds(three, WATCH, title="Theirs", duration=62.0)

    assert (three.media.title, three.media.duration) == ("Ours", 62.0)
    assert (three.session.queue[0].title, three.session.queue[0].duration) == ("Later", 62.0)


def test_what_is_found_comes_to_the_queue_too(three: Party):
    """Items with that link are filled, and the picture goes with them when they come on."""
    three.does("ann", wire.QueueAdd(url=WATCH), 120.0)
    three.does("ann", wire.QueueAdd(url="https://h/b.mp4", title="B"), 120.0)
    outcome = finds(three, WATCH, title="A film", duration=62.0, thumbnail_url="https://i/1.jpg")
    assert outcome.messages == ((wire.QueueUpdated(queue=three.session.queue), None),)
    three.does("ann", wire.QueueNext(), 140.0)
    media = three.media

    assert (media.title, media.duration, media.thumbnail_url) == ("A film", 62.0, "https://i/1.jpg")
    assert three.session.queue[0].title == "B"


def test_what_is_known_already_is_told_to_nobody(three: Party):
    """A finding that brings nothing new, or is of nothing that is here, changes nothing."""
    three.does("ann", wire.VideoLoad(url=WATCH), 120.0)
    finds(three, WATCH, title="A film")
    before = three.session

    assert finds(three, WATCH, title="Another name", live=None) == (before, (), wire.Done())
    assert finds(three, "https://h/else", title="x") == (before, (), wire.Done())


def test_a_finding_after_the_end_is_passed_over(three: Party):
    """A session that is over learns nothing more."""
    three.does("ann", wire.EndSession(), 120.0)

    assert finds(three, WATCH, title="A film").messages == ()


def test_a_players_length_goes_before_a_pages(three: Party):
    """A page says whole seconds; what the first player reports is more exact, and then it stays."""
    three.does("ann", wire.VideoLoad(url=WATCH), 120.0)
    finds(three, WATCH, duration=62.0)
    media_id = three.media.media_id
    three.reports("bob", "paused", 131.0, media_id=media_id, duration=61.48)
    three.reports("cem", "paused", 132.0, media_id=media_id, duration=61.5)

    assert (three.media.duration, three.media.live) == (61.48, False)


def test_the_same_length_by_a_player_is_told_to_nobody(three: Party):
    """That a page's length was right changes nothing that people see."""
    three.does("ann", wire.VideoLoad(url=WATCH), 120.0)
    finds(three, WATCH, duration=62.0, live=False)
    outcome = three.reports("bob", "paused", 131.0, media_id=three.media.media_id, duration=62.0)

    assert outcome.messages == ()
    assert not three.session.stage.rough_duration


# --- what a player's resolver reads on the page --------------------------------------------------------


def test_a_players_title_is_taken_from_who_may_load(three: Party):
    """A title that a client found is taken where there is none, and from a controller or the host only."""
    three.does("ann", wire.SetRole(participant_id="cem", role="viewer"), 110.0)
    three.does("ann", wire.VideoLoad(url=WATCH), 120.0)
    media_id = three.media.media_id
    three.reports("cem", "paused", 121.0, media_id=media_id, title="By a viewer")
    assert three.media.title is None
    three.reports("bob", "paused", 122.0, media_id=media_id, title="A\u202e film")
    three.reports("ann", "paused", 123.0, media_id=media_id, title="Another")

    assert three.media.title == "A film"


def test_a_players_title_does_not_rename_a_file(watching: Party):
    """A file is called as its host calls it."""
    watching.reports("bob", "paused", 121.0, media_id=watching.media.media_id, title="Else")

    assert watching.media.title == "film.mkv"
