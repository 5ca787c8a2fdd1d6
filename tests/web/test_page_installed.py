"""The page as an app: kept on the device, and opened by what is shared to it."""

from __future__ import annotations

from tests.web.visitors import DESK, Visitors

KEPT = """async () => {
  await navigator.serviceWorker.ready;
  const cache = await caches.open('syncwatch-shell');
  return (await cache.keys()).map((request) => new URL(request.url).pathname);
}"""


def test_shell_is_kept(visitors: Visitors) -> None:
    """Without a network the page still opens, and of what went through it only the shell was kept."""
    ann = visitors.open("Ann", player="", service_workers="allow", **DESK)
    ann.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    ann.page.reload()
    ann.page.get_by_label("Your name").fill("Ann")
    ann.button("Create session").click()
    ann.page.locator(".session").wait_for()
    address = ann.page.url
    kept = ann.page.evaluate(KEPT)
    ann.context.set_offline(True)
    ann.page.goto(address)

    ann.page.get_by_role("heading", name="Join").wait_for()
    assert all(path == "/" or path.startswith("/web/") for path in kept)
    assert any(path.endswith("/page.js") for path in kept)


def test_link_that_is_shared(visitors: Visitors) -> None:
    """A link that another app shares stands in the form already."""
    ann = visitors.open("Ann", "/?title=Look&text=at%20this%3A%20https%3A%2F%2Fyoutu.be%2Faqz-KE-bpKQ")

    assert ann.page.get_by_label("Video link").input_value() == "https://youtu.be/aqz-KE-bpKQ"
