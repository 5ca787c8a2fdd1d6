"""The safe fetcher: which addresses it reaches, and how much it takes from them."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import subprocess
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.fetching.addresses import global_only, is_global, is_media_port
from syncwatch_server.fetching.bounded_body import read_body
from syncwatch_server.fetching.fetched import Fetched
from syncwatch_server.fetching.guarded_connector import GuardedResolver, SystemLookup, guarded_connector
from syncwatch_server.fetching.safe_fetcher import SafeFetcher
from tests.patience import PATIENCE
from tests.server.hostile_origin import HOSTILE, MEGABYTE, Ground, bomb

REFUSALS = {ErrorCode.BLOCKED_URL, ErrorCode.UNSUPPORTED_URL, ErrorCode.UNREACHABLE_URL}


async def outcome_of(fetcher: SafeFetcher, url: str) -> Fetched | AppError:
    """What was fetched, or the refusal."""
    try:
        return await fetcher.fetch(url, limit=MEGABYTE)
    except AppError as refusal:
        return refusal


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    """A body as a network may deliver it."""
    for start in range(0, len(body), size):
        yield body[start : start + size]


# --- addresses -----------------------------------------------------------------------------------------


GLOBAL = """
1.1.1.1 93.184.216.34 172.15.255.255 172.32.0.1 100.63.255.255 100.128.0.1 198.17.0.1 223.255.255.255
2606:4700::1111 2a00:1450:4001:81b::200e 2400:cb00::1 2001:200::1 3fff:1000::1
"""

NOT_GLOBAL = """
0.0.0.0 10.255.255.255 100.127.255.255 127.0.0.1 168.63.129.16 169.254.169.254 172.31.0.1 192.0.0.1 192.0.2.9
192.88.99.1 192.168.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.251 255.255.255.255
:: ::1 ::1.1.1.1 ::ffff:1.1.1.1 ::ffff:0:1.1.1.1 64:ff9b::1.1.1.1 64:ff9b:1::1 100::1 2001::1 2001:10::1 2001:20::1
2001:db8::1 2002:101:101::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1 4000::1
2606:4700::5efe:a00:1 2606:4700::200:5efe:a00:1 2606:4700::1111%eth0
"""


@pytest.mark.parametrize("text", GLOBAL.split())
def test_global_addresses_are_reached(text: str) -> None:
    """An address that is reachable from anywhere may be connected to."""
    assert is_global(ip_address(text))
    assert global_only(ip_address(text), 443)


@pytest.mark.parametrize("text", NOT_GLOBAL.split())
def test_other_addresses_are_not(text: str) -> None:
    """Addresses of one's own network, tunnels and translators into it, and what is reserved may not."""
    assert not is_global(ip_address(text))
    assert not global_only(ip_address(text), 443)


def test_ports_are_those_of_web_servers() -> None:
    """The web's ports and those that anybody may take are fine; those of other services are not."""
    assert all(map(is_media_port, (80, 81, 88, 443, 1935, 8000, 8080, 8443, 32400, 65535)))
    assert not any(map(is_media_port, (0, 1, 22, 25, 87, 110, 445, 3306, 5432, 6000, 6379, 6667, 9200, 11211)))


# --- hostile URLs --------------------------------------------------------------------------------------


async def test_no_hostile_url_reaches_what_is_not_global(ground: Ground) -> None:
    """Of all hostile URLs none opens a socket to an address that is not allowed, nor reaches the canary."""
    assert len(HOSTILE["urls"]) >= 60
    fetcher = ground.fetcher(total_time=0.5)
    for row in HOSTILE["urls"]:
        outcome = await outcome_of(fetcher, ground.url(row["url"]))
        if isinstance(outcome, AppError):
            assert outcome.code in REFUSALS, row
            assert outcome.message, row
        else:
            assert outcome.url.startswith(ground.url("http://media.example:{served}/")), row
            assert len(outcome.body) <= MEGABYTE, row

    assert ground.only_allowed_were_opened()
    assert ground.reached == []
    assert ("127.0.0.1", ground.served) in ground.opened


async def test_the_canary_would_sing(ground: Ground) -> None:
    """The canary hears whoever does come, so its silence means something."""
    for host in ("127.0.0.1", "127.0.0.2"):
        ground.was_reached.clear()
        _, writer = await asyncio.open_connection(host, ground.canary)
        async with asyncio.timeout(PATIENCE):
            await ground.was_reached.wait()
        writer.close()

    assert len(ground.reached) == 2


async def test_server_in_use_judges_by_itself(ground: Ground) -> None:
    """A fetcher that is given nothing asks the system and reaches global addresses alone."""
    fetcher = SafeFetcher(open_socket=ground.open_socket)
    for host in ("127.0.0.1", "[::1]", "localhost", "169.254.169.254"):
        with pytest.raises(AppError) as refusal:
            await fetcher.fetch(f"http://{host}:{ground.canary}/", limit=100)
        assert refusal.value.code == ErrorCode.BLOCKED_URL
    with pytest.raises(AppError, match="does not answer"):
        await fetcher.fetch("http://93.184.216.34/", limit=100)
    await fetcher.close()

    assert ground.opened == [("93.184.216.34", 80)]


async def test_certificate_is_looked_at(ground: Ground, tmp_path: Path) -> None:
    """An origin whose certificate nobody vouches for is not read from."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=media.example"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)  # noqa: ASYNC221
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    origin = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    ground.served = origin.sockets[0].getsockname()[1]
    with pytest.raises(AppError, match="shows a certificate that is not valid") as refusal:
        await ground.fetcher().fetch(ground.url("https://media.example:{served}/film.mp4"), limit=100)
    origin.close()
    await origin.wait_closed()

    assert refusal.value.code == ErrorCode.UNREACHABLE_URL


async def test_name_is_looked_up_once_for_a_connection(ground: Ground) -> None:
    """The connection goes to the addresses of the one answer: a second answer is never asked for."""
    with pytest.raises(AppError) as refusal:
        await ground.fetcher().fetch("http://rebinding-late.example/film.mp4", limit=100)

    assert refusal.value.code == ErrorCode.UNREACHABLE_URL
    assert ground.asked == {"rebinding-late.example": 1}
    assert ground.opened == [("93.184.216.34", 80)]


@pytest.mark.parametrize("host", ["mixed.example", "mixed6.example"])
async def test_one_bad_address_condemns_a_name(ground: Ground, host: str) -> None:
    """A name with one address that is not allowed is refused before any connection to the others."""
    with pytest.raises(AppError) as refusal:
        await ground.fetcher().fetch(f"http://{host}/film.mp4", limit=100)

    assert refusal.value.code == ErrorCode.BLOCKED_URL
    assert ground.opened == []


async def test_each_redirect_is_looked_at_anew(ground: Ground) -> None:
    """A name that leads elsewhere after a redirect to itself is refused then."""
    with pytest.raises(AppError) as refusal:
        await ground.fetcher().fetch(ground.url("http://rebinding.example:{served}/self.mp4"), limit=100)

    assert refusal.value.code == ErrorCode.BLOCKED_URL
    assert ground.asked == {"rebinding.example": 2}
    assert ground.opened == [("127.0.0.1", ground.served)]


async def test_the_last_gate_holds_alone(ground: Ground) -> None:
    """Even a resolver that lets everything pass gets no socket for an address that is not allowed."""

    async def lying(_: str) -> list[str]:
        return ["127.0.0.1"]

    connector = guarded_connector(lying, ground.is_allowed, ground.open_socket)
    connector._resolver = GuardedResolver(lying, lambda *_: True)  # noqa: SLF001 the gate before it is taken away
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(AppError) as refusal:
            await session.get(f"http://global.example:{ground.canary}/")

    assert refusal.value.code == ErrorCode.BLOCKED_URL
    assert (ground.opened, ground.reached) == ([], [])


async def test_no_proxy_and_no_password_comes_from_the_environment(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the environment says of proxies and logins is not for strangers' URLs."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{ground.canary}")
    (tmp_path / "netrc").write_text("machine media.example login ann password sesame\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    answer = await ground.fetcher().fetch(ground.url("http://media.example:{served}/echo"), limit=MEGABYTE)

    assert b"User-Agent: syncwatch/" in answer.body
    assert b"Authorization" not in answer.body
    assert ground.reached == []


# --- caps ----------------------------------------------------------------------------------------------


async def test_endless_body_is_cut(ground: Ground) -> None:
    """Of a body without end as much is taken as was asked for, and the origin gets rid of little more."""
    answer = await ground.fetcher().fetch(ground.url("http://media.example:{served}/endless.mp4"), limit=MEGABYTE)

    assert (len(answer.body), answer.is_whole) == (MEGABYTE, False)
    assert ground.sent < 32 * MEGABYTE


async def test_bomb_is_not_let_off() -> None:
    """A small answer that would grow to 64 MB is decompressed no further than was asked for."""
    packed = bomb()
    tracemalloc.start()
    body, is_whole = await read_body(pieces(packed, 65536), "gzip", MEGABYTE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (len(body), is_whole) == (MEGABYTE, False)
    assert peak < 8 * MEGABYTE


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress])
async def test_what_is_compressed_is_read(compress: Callable[[bytes], bytes]) -> None:
    """An origin that compresses without being asked is understood."""
    body, is_whole = await read_body(pieces(compress(b"film" * 1000), 7), "gzip", 4000)

    assert (body, is_whole) == (b"film" * 1000, True)


@pytest.mark.parametrize(("limit", "expected"), [(9, (b"123456789", True)), (8, (b"12345678", False))])
async def test_limit_is_exact(limit: int, expected: tuple[bytes, bool]) -> None:
    """A body of just the limit is whole; one byte more, and it is not."""
    assert await read_body(pieces(b"123456789", 4), "", limit) == expected


@pytest.mark.parametrize("path", ["slow.mp4", "silent.mp4"])
async def test_time_is_bounded(ground: Ground, path: str) -> None:
    """An origin that is slow, or says nothing at all, is left after the time that all together may take."""
    with pytest.raises(AppError, match=r"took longer than 0\.3 s") as refusal:
        await ground.fetcher(total_time=0.3).fetch(ground.url("http://media.example:{served}/") + path, limit=MEGABYTE)

    assert refusal.value.code == ErrorCode.UNREACHABLE_URL


@pytest.mark.parametrize("path", ["endless-header.mp4", "many-headers.mp4"])
async def test_headers_are_bounded(ground: Ground, path: str) -> None:
    """Headers that are too long or too many are not read to their end."""
    with pytest.raises(AppError, match="can't be read") as refusal:
        await ground.fetcher().fetch(ground.url("http://media.example:{served}/") + path, limit=MEGABYTE)

    assert refusal.value.code == ErrorCode.UNREACHABLE_URL


async def test_five_redirects_are_followed_and_no_more(ground: Ground) -> None:
    """Five redirects lead to the film, the sixth is one too many."""
    fetcher = ground.fetcher()
    answer = await fetcher.fetch(ground.url("http://media.example:{served}/chain/5/film.mp4"), limit=100)
    with pytest.raises(AppError, match="redirects more than 5 times"):
        await fetcher.fetch(ground.url("http://media.example:{served}/chain/6/film.mp4"), limit=100)

    assert (answer.status, answer.url) == (200, ground.url("http://media.example:{served}/chain/0/film.mp4"))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("half.mp4", "broke off in the middle"),
        ("garbage.mp4", "can't be read"),
        ("broken-gzip.mp4", "can't be read"),
        ("brotli.mp4", "compressed in a way that was not asked for"),
    ],
)
async def test_faults_have_words(ground: Ground, path: str, words: str) -> None:
    """Each fault of an origin is named."""
    with pytest.raises(AppError, match=words) as refusal:
        await ground.fetcher().fetch(ground.url("http://media.example:{served}/") + path, limit=MEGABYTE)

    assert refusal.value.code == ErrorCode.UNREACHABLE_URL


async def test_too_long_a_url_is_not_asked_for(ground: Ground) -> None:
    """A URL that is longer than any that is meant is refused unread."""
    with pytest.raises(AppError, match="at most 4096 characters") as refusal:
        await ground.fetcher().fetch("http://global.example/" + "a" * 4096, limit=100)

    assert (refusal.value.code, ground.asked) == (ErrorCode.UNSUPPORTED_URL, {})


async def test_system_lookup_answers_and_fails() -> None:
    """The system's resolver gives each address once; a name that can't even be asked for is an ``OSError``."""
    lookup = SystemLookup()

    assert await lookup("127.0.0.1") == ["127.0.0.1"]
    with pytest.raises(OSError, match="looked up"):
        await lookup("a" * 64 + ".example")
    lookup.close()
