"""Nothing that somebody writes runs on somebody else's page: a table of hostile strings, wherever such are shown."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

from tests.web.visitors import Visitor, Visitors

HOSTILE = [
    "<img src=x onerror='window.hacked=1'>",
    "<script>window.hacked=1</script>",
    "<svg onload=window.hacked=1>",
    "</title><script>window.hacked=1</script>",
    '"><iframe srcdoc="<script>parent.hacked=1</script>">',
    "javascript:window.hacked=1",
    "${window.hacked=1} {{constructor.constructor('window.hacked=1')()}}",
    "'\"--></style></script><b onmouseover=window.hacked=1>",
    '{"__k":1,"type":"script","props":{"children":"window.hacked=1"}}',
    "https://x.example/<img/src/onerror=window.hacked=1>",
    "https://x.example/'onmouseover='window.hacked=1",
    "&lt;i&gt; & <i>one</i> &#60;b>",
]
"""What would run, be drawn as markup or turn into other text, where it was not taken for text as it stands."""

COME = """async ([code, texts]) => {
  const root = document.querySelector('script[type=module]').src.replace('page.js', '');
  const { newClient } = await import(root + 'new_client.js');
  for (const text of texts) {
    const storage = { getItem: () => null, setItem() {}, removeItem() {} };
    const client = newClient(storage);
    await client.joinSession({ code, displayName: text.slice(0, 40) });
    await client.send('chat-message', { text });
    await client.send('queue-add', { url: 'https://media.example/film.mp4', title: text });
  }
}"""
"""People with such names come, say such things, and add such titles to the queue."""

LOOK = """() => ({
  hacked: window.hacked ?? null,
  drawn: document.querySelectorAll('#app :is(script, iframe, b, i, style, img[src=x], [onerror], [onload])').length,
  links: [...document.querySelectorAll('#app a')].map((link) => new URL(link.href).protocol),
})"""


def test_words_stay_words(visitors: Visitors) -> None:
    """Names, what is said, titles in the queue and of the session are shown as they were written, and do nothing."""
    ann = visitors.create("Ann")
    visitors.open("Others").page.evaluate(COME, [ann.code, HOSTILE])
    ann.page.locator(".line").nth(len(HOSTILE) - 1).wait_for()
    assert [line.inner_text() for line in ann.page.locator(".line-text").all()] == HOSTILE
    harmless(ann)
    ann.panel("Queue")
    assert [item.inner_text() for item in ann.page.locator(".item-title").all()] == HOSTILE
    harmless(ann)
    ann.panel("People")
    names = {name.inner_text() for name in ann.page.locator(".person-name bdi").all()}
    assert names == {"Ann", *(text[:40].strip() for text in HOSTILE)}
    harmless(ann)

    for title in HOSTILE:
        rename(ann, visitors.site, title)
        ann.page.wait_for_function("(title) => document.querySelector('h1').textContent === title", arg=title)
        assert ann.page.title().startswith(title.strip())
    harmless(ann)


def rename(host: Visitor, site: str, title: str) -> None:
    """Give the session a title, as a script of its host does."""
    seat = json.loads(host.page.evaluate("(code) => localStorage.getItem(`syncwatch.seat.${code}`)", host.code))
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {seat['hostToken']}"}
    url = f"{site}/api/v1/sessions/{host.code}"
    with urlopen(Request(url, json.dumps({"title": title}).encode(), headers, method="PATCH"), timeout=10) as answer:  # noqa: S310 the test's own server
        assert answer.status == 200


def harmless(visitor: Visitor) -> None:
    """Nothing ran, nothing was drawn that is not the page's own, and links lead where links of the web lead."""
    seen = visitor.page.evaluate(LOOK)

    assert (seen["hacked"], seen["drawn"]) == (None, 0)
    assert set(seen["links"]) <= {"http:", "https:"}


def test_values_of_the_wire_are_no_markup(visitors: Visitors) -> None:
    """A server's answer that is no text where text belongs draws nothing of what it says."""
    ann = visitors.create("Ann")
    ann.page.evaluate(
        """async () => {
          const root = document.querySelector('script[type=module]').src.replace('page.js', '');
          const { html, render } = await import(root + 'vendor/htm_preact.js');
          const place = document.createElement('div');
          document.body.append(place);
          const given = JSON.parse('{"type":"img","props":{"src":"x","onerror":"window.hacked=1"},"key":null}');
          try { render(html`<p>${given}</p>`, place); } catch { /* refused */ }
          window.drawn = place.querySelectorAll('img').length;
        }"""
    )

    assert ann.page.evaluate("() => [window.drawn, window.hacked ?? null]") == [0, None]
