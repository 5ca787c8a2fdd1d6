"""The page with TLS."""

from __future__ import annotations

from tests.web.visitors import DESK, Visitors


def test_with_tls(visitors: Visitors, safe_site: str) -> None:
    """Served with TLS the page has what browsers keep for such pages, and two watch together as ever."""
    safe = {**DESK, "ignore_https_errors": True}
    ann = visitors.open("Ann", safe_site, **safe)
    assert ann.page.evaluate("() => window.isSecureContext")
    ann.page.get_by_label("Your name").fill("Ann")
    ann.button("Create session").click()
    ann.page.locator(".session").wait_for()
    ben = visitors.open("Ben", ann.page.url, **safe)
    ben.page.get_by_label("Your name").fill("Ben")
    ben.button("Join").click()
    ben.page.locator(".session").wait_for()
    ann.say("all is well")

    ben.see("all is well")
