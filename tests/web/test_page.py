"""The browser's page with a real server: people create, join, talk, queue, steer, and are sent away."""

from __future__ import annotations

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.web.visitors import DESK, PHONE, Visitors

FILM = "https://media.example/film.mp4"
OTHER = "https://media.example/other.webm"


LISTENS = """
window.sent = [];
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (message) { window.sent.push(String(message)); return send.call(this, message); };
"""
"""Keeps what the page sends."""


def asked(site: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the server answers to somebody who looks in by HTTP."""
    content = None if body is None else json.dumps(body).encode()
    with urlopen(Request(site + path, content, {"Content-Type": "application/json"}), timeout=10) as answer:  # noqa: S310 the test's own server
        told: dict[str, Any] = json.load(answer)
        return told


def test_create_and_join(visitors: Visitors) -> None:
    """Who creates a session gets a link, and who opens it is in the session after one tap."""
    ann = visitors.create("Ann")
    ben = visitors.join(ann.code, "Ben", **PHONE)

    ann.panel("People")
    ann.page.get_by_role("list", name="People").get_by_text("Ben").wait_for()
    ben.panel("People")
    assert "Ann" in ben.page.get_by_role("list", name="People").inner_text()


def test_name_is_remembered(visitors: Visitors) -> None:
    """Who comes back need not say again what they are called, and finds their seat kept."""
    ann = visitors.create("Ann")
    ann.page.reload()

    assert ann.page.get_by_label("Your name").input_value() == "Ann"
    ann.see("your seat is kept")
    ann.button("Join").click()
    ann.page.locator(".session").wait_for()
    ann.panel("People")
    people = ann.page.get_by_role("list", name="People")
    assert (people.get_by_role("listitem").count(), "host" in people.inner_text()) == (1, True)


def test_chat(visitors: Visitors) -> None:
    """What is said is there for everybody, and for who comes later."""
    ann = visitors.create("Ann")
    ben = visitors.join(ann.code, "Ben")
    ann.say("is the picture fine?")
    ben.see("is the picture fine?")
    ben.say("it is")
    ann.see("it is")
    cem = visitors.join(ann.code, "Cem")

    cem.see("is the picture fine?")
    cem.button("React with 🎉").click()
    ann.page.locator(".reacted", has_text="Cem").wait_for()


def test_queue(visitors: Visitors, site: str) -> None:
    """What one adds to the queue the other moves and removes."""
    ann = visitors.create("Ann")
    ben = visitors.join(ann.code, "Ben")
    ann.queue(FILM)
    ann.panel("Queue")
    ann.page.locator(".item").first.wait_for()
    ann.queue(OTHER)
    ben.panel("Queue")
    ben.button("Move other.webm up").click()
    ann.page.locator(".item").first.get_by_text("other.webm").wait_for()
    ann.button("Remove film.mp4").click()
    ben.page.locator(".item", has_text="film.mp4").wait_for(state="detached")

    queue = asked(site, f"/api/v1/sessions/{ann.code}")["queue"]
    assert [item["url"] for item in queue] == [OTHER]


def test_steering(visitors: Visitors, site: str) -> None:
    """Loading, playing, seeking, the rate and pausing go to the session, from buttons, timeline and keys."""
    ann = visitors.create("Ann", url=FILM)
    ben = visitors.join(ann.code, "Ben")
    path = f"/api/v1/sessions/{ann.code}"
    ann.button("Play").click()
    ben.button("Pause").wait_for()
    ben.page.keyboard.press("]")
    ann.page.wait_for_function("() => document.querySelector('.rate select').value === '1.25'")
    ben.page.keyboard.press("ArrowUp")
    ann.see("Ben went to")
    ann.page.keyboard.press("Space")
    ben.button("Play").wait_for()

    playback = asked(site, path)["playback"]
    assert (playback["isPlaying"], playback["rate"]) == (False, 1.25)
    assert playback["currentTime"] >= 60
    ben.load(OTHER)
    ann.see("Ben chose other.webm")


def test_viewers_only_watch(visitors: Visitors) -> None:
    """Where only the host steers, others have no line for links and buttons that do nothing."""
    ann = visitors.create("Ann", url=FILM)
    ben = visitors.join(ann.code, "Ben")
    ann.button("Settings").click()
    ann.page.get_by_label("Who may steer").select_option("host")
    ben.see("Only the host and controllers steer the video.")

    assert ben.button("Play").is_disabled()
    assert ben.page.get_by_label("Video link").count() == 0


def test_host_controls(visitors: Visitors) -> None:
    """The host gives the session a title and a password, lets nobody new in, and ends it."""
    ann = visitors.create("Ann")
    ann.button("Settings").click()
    settings = ann.page.get_by_role("dialog")
    settings.get_by_label("Title", exact=True).fill("Film night")
    settings.get_by_role("button", name="Save").click()
    settings.get_by_label("Password").fill("popcorn")
    settings.get_by_role("button", name="Set", exact=True).click()
    settings.get_by_text("There is a password").wait_for()
    late = visitors.open("Ben", f"/s/{ann.code}")
    late.page.get_by_label("Your name").fill("Ben")
    late.button("Join").click()
    late.see("This session has a password.")
    late.page.get_by_label("Password").fill("popcorn")
    late.button("Join").click()
    late.page.get_by_role("heading", name="Film night").wait_for()

    settings.get_by_role("button", name="End the session for everybody").click()
    ann.page.get_by_role("dialog").last.get_by_role("button", name="End the session for everybody").click()
    late.see("The session is over.")


def test_kick(visitors: Visitors) -> None:
    """Who is removed is told so and may come back; who is removed for good may not."""
    ann = visitors.create("Ann")
    ben = visitors.join(ann.code, "Ben")
    ann.panel("People")
    ann.choose("Ben", "Remove")
    ann.page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    ben.see("You were removed from the session.")
    ben.button("Join again").click()
    ben.button("Join").click()
    ben.page.locator(".session").wait_for()
    ann.page.get_by_role("list", name="People").get_by_text("Ben").wait_for()
    ann.choose("Ben", "Remove for good")
    ann.page.get_by_role("dialog").get_by_role("button", name="Remove for good", exact=True).click()

    ben.see("You were removed from the session.")


def test_leaving(visitors: Visitors) -> None:
    """Who leaves is gone for the others at once, and may join again as who they were: the host."""
    ann = visitors.create("Ann")
    ben = visitors.join(ann.code, "Ben")
    ann.button("Leave").click()
    ann.page.get_by_role("dialog").get_by_role("button", name="Leave", exact=True).click()
    ben.see("Ann left")
    ann.button("Join again").click()
    ann.button("Join").click()
    ann.panel("People")

    ann.page.locator(".person", has_text="Ann").get_by_text("host", exact=True).wait_for()


def test_lost_connection(visitors: Visitors) -> None:
    """A lost connection is said, keeps the page, and is taken up again with what was missed."""
    ann = visitors.create("Ann")
    ben = visitors.join(ann.code, "Ben")
    ben.context.set_offline(True)
    ben.page.evaluate("window.dispatchEvent(new Event('offline'))")
    ben.see("The connection is lost.")
    ann.say("are you there?")
    ben.context.set_offline(False)

    ben.see("are you there?")
    ben.page.get_by_text("The connection is lost.").wait_for(state="detached")


def test_wrong_link(visitors: Visitors) -> None:
    """A link that names no session is said to name none, whether its code can be one or not."""
    ann = visitors.open("Ann", "/s/nothing-at-all")
    ann.see("is no session code")
    ann.page.goto(f"{visitors.site}/s/%E0%A4%A")
    ann.see("%E0%A4%A is no session code")
    ben = visitors.open("Ben", "/s/ABC-DEF")
    ben.page.get_by_label("Your name").fill("Ben")
    ben.button("Join").click()

    ben.page.get_by_role("alert").wait_for()


def test_links_as_they_are_typed(visitors: Visitors) -> None:
    """What a link means is said at once, and what can be no video is refused before anybody is asked."""
    ann = visitors.create("Ann")
    line = ann.page.get_by_label("Video link")
    line.fill("https://youtu.be/aqz-KE-bpKQ")
    ann.page.locator("#video-url-found").get_by_text("YouTube").wait_for()
    line.fill("javascript:alert(1)")
    ann.page.locator("#video-url-found .fault").wait_for()

    assert ann.button("Play now").is_disabled()


def test_code_is_typed(visitors: Visitors) -> None:
    """A code, or a whole link, typed on the first page leads to its session."""
    ann = visitors.create("Ann")
    ben = visitors.open("Ben")
    ben.page.get_by_label("Code or link").fill(f"{visitors.site}/s/{ann.code.lower()}")
    ben.button("Join").click()

    ben.page.get_by_role("heading", name=f"Join {ann.code}").wait_for()


def test_invitation(visitors: Visitors) -> None:
    """The invitation shows the link, and its QR code."""
    ann = visitors.create("Ann")
    ann.page.keyboard.press("i")

    ann.page.get_by_role("img", name="QR code of the join link").wait_for()
    assert ann.page.get_by_label("Link", exact=True).input_value() == f"{visitors.site}/s/{ann.code}"


def test_private_address_is_asked_about(visitors: Visitors) -> None:
    """A page of a public site plays nothing from one's own network before one has said so."""
    said = visitors.open("Ann").page.evaluate(
        """async () => {
          const root = document.querySelector('script[type=module]').src.replace('page.js', '');
          const { hostToAskAbout } = await import(root + 'private_addresses.js');
          const urls = ['http://192.168.1.1/x', 'http://0x7f000001/', 'http://[::1]/', 'http://[::ffff:10.0.0.1]/',
                        'http://nas/film.mp4', 'http://nas.local/f', 'http://169.254.169.254/', 'https://film.example/',
                        'https://93.184.216.34/', 'https://[2606:2800::1]/'];
          return urls.map((url) => [hostToAskAbout(url, 'watch.example') !== null, hostToAskAbout(url, '10.0.0.5')]);
        }"""
    )

    assert [asks for asks, _ in said] == [True] * 7 + [False] * 3
    assert all(on_own_network is None for _, on_own_network in said)


def test_two_languages(visitors: Visitors) -> None:
    """The page speaks the browser's language, and another one where that is chosen, also the next time."""
    ann = visitors.create("Ann")
    deniz = visitors.open("Deniz", f"/s/{ann.code}", **DESK | {"locale": "tr-TR"})
    deniz.page.get_by_label("Adınız").fill("Deniz")
    deniz.button("Katıl").click()
    deniz.page.get_by_text("Henüz izlenecek bir şey yok").wait_for()
    assert deniz.page.locator("html").get_attribute("lang") == "tr"
    deniz.button("Ayarlar").click()
    deniz.page.get_by_label("Dil").select_option("en")
    deniz.see("Nothing to watch yet")
    deniz.page.reload()

    deniz.page.get_by_label("Your name").wait_for()


@pytest.mark.parametrize("broken", ["chat", "controls", "session_details"])
def test_panel_that_fails(visitors: Visitors, site: str, broken: str) -> None:
    """A panel that fails is put away and said so, the server is told, and the session lives on."""
    name = "".join(part.capitalize() for part in broken.split("_"))
    ann = visitors.open("Ann")
    module = f"export function {name}() {{ throw new Error('broken {broken}'); }}"
    javascript = {"body": module, "content_type": "text/javascript"}
    ann.page.route(f"**/components/{broken}.js", lambda route: route.fulfill(**javascript))
    ann.page.add_init_script(LISTENS)
    ann.page.reload()
    ann.page.get_by_label("Your name").fill("Ann")
    ann.button("Create session").click()
    ann.page.get_by_text("everything else goes on").wait_for()
    ann.page.wait_for_function("(what) => window.sent.some((it) => it.includes(what))", arg=f"broken {broken}")

    told = asked(site, f"/api/v1/sessions/{ann.code}")
    assert [each["connected"] for each in told["participants"]] == [True]
    assert any("client-error" in sent for sent in ann.page.evaluate("() => window.sent"))
