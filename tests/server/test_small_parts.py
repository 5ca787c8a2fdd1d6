"""The clock, tokens and passwords, limits, kept answers, and strict JSON."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.live.expiring_cache import ExpiringCache
from syncwatch_server.live.limits import TokenBuckets
from syncwatch_server.realtime.wire_json import StrictJson, WirePacket
from syncwatch_server.server_clock import ServerClock
from syncwatch_server.services.credentials import Passwords, new_id, new_token, same_hash, token_hash


def test_clock_follows_the_monotonic_clock() -> None:
    """Server time is the wall clock of the start, carried on by the monotonic clock whatever the wall clock does."""
    walls, ticks = iter([1000.0, 5.0]), iter([50.0, 50.0, 53.0])
    clock = ServerClock(wall=lambda: next(walls), monotonic=lambda: next(ticks))

    assert (clock.now(), clock.now()) == (1000.0, 1003.0)


def test_clock_goes_on_from_what_was_stored() -> None:
    """A clock that starts before what was stored goes on from there; one that starts after it is left alone."""
    clock = ServerClock(wall=lambda: 100.0, monotonic=lambda: 7.0)
    clock.never_before(250.0)
    assert clock.now() == 250.0

    clock.never_before(200.0)
    assert clock.now() == 250.0


def test_tokens_are_unlike_and_safe_to_type() -> None:
    """Tokens and ids never repeat, and never look like an option of a command."""
    tokens = {new_token() for _ in range(500)} | {new_id() for _ in range(500)}

    assert len(tokens) == 1000
    assert not any(token.startswith("-") for token in tokens)
    assert same_hash(token_hash("a"), token_hash("a"))
    assert not same_hash(token_hash("a"), token_hash("b"))


async def test_passwords_are_kept_as_hashes() -> None:
    """A password is recognised, any other is not, and two hashes of one password differ."""
    passwords = Passwords()
    one, other = await passwords.hashed("sesame"), await passwords.hashed("sesame")

    assert one != other
    assert "sesame" not in one
    assert [await passwords.is_right(guess, one) for guess in ("sesame", "Sesame", "sesame", "")] == [
        True,
        False,
        True,
        False,
    ]
    passwords.close()


async def test_known_passwords_are_forgotten_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of passwords found right is bounded."""
    monkeypatch.setattr("syncwatch_server.services.credentials._KNOWN_PASSWORDS", 1)
    passwords = Passwords()
    kept = [await passwords.hashed(word) for word in ("a", "b")]

    assert [await passwords.is_right(word, one) for word, one in zip("ab", kept, strict=True)] == [True, True]
    assert await passwords.is_right("a", kept[0])
    passwords.close()


def test_bucket_empties_and_fills() -> None:
    """A bucket gives its tries at once, then one every refill, and says how long to wait."""
    now = [0.0]
    buckets = TokenBuckets(capacity=2, refill=10, now=lambda: now[0])
    for _ in range(2):
        buckets.require("a", "tries")
        buckets.take("a")
    with pytest.raises(AppError) as refusal:
        buckets.require("a", "tries")
    assert (refusal.value.code, refusal.value.retry_after) == (ErrorCode.RATE_LIMITED, 10.0)

    buckets.require("b", "tries")
    now[0] = 10.0
    buckets.require("a", "tries")


def test_buckets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of very many keys the longest unused are forgotten."""
    monkeypatch.setattr("syncwatch_server.live.limits._REMEMBERED", 2)
    buckets = TokenBuckets(capacity=1, refill=10, now=lambda: 0.0)
    for key in "abc":
        buckets.take(key)

    buckets.require("a", "tries")
    with pytest.raises(AppError):
        buckets.require("c", "tries")


def test_cache_forgets_the_longest_unused() -> None:
    """The cache is bounded: who was not asked for goes first."""
    cache: ExpiringCache[str] = ExpiringCache(2, lambda: 0.0)
    for key in ("a", "b"):
        cache.put(key, key, 10)
    assert cache.get("a") == "a"
    cache.put("c", "c", 10)

    assert [cache.get(key) for key in ("a", "b", "c")] == ["a", None, "c"]


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "1e999", "[1,]", "", '"\\ud800"'])
def test_json_is_strict(text: str) -> None:
    """What is no JSON is refused, the numbers among them that Python's own module lets through."""
    with pytest.raises(ValueError):  # noqa: PT011 each is refused in words of its own
        StrictJson.loads(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    )
)
def test_packets_come_back(value: object) -> None:
    """What is written in a packet is read from it again."""
    written = WirePacket(packet_type=2, data=["event", value], id=7).encode()
    read = WirePacket(encoded_packet=written)

    assert (read.packet_type, read.id, read.data) == (2, 7, ["event", value])
