"""Redis alone: restarted, moved, overheard, set to another time, and in words what is wrong where it can't be used."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from benchmarks.backends import Redis
from benchmarks.redis_fleets import RedisCluster
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.live.redis import RedisStore
from tests.server.store_ears import Ear, codes, until


async def test_restart_is_noticed(redis: Redis) -> None:
    """A Redis that was restarted empty is listened to again, and whoever listens is told to look."""
    speaker, listener = RedisStore(redis.url), RedisStore(redis.url)
    await speaker.open()
    await listener.open()
    code, ear = next(codes), Ear()
    await listener.listen(code, ear)
    await asyncio.to_thread(redis.stop)
    speaker.publish(code, b"lost")
    await until(lambda: not listener.is_connected)
    await asyncio.to_thread(redis.start)
    await until(lambda: ear.missed_times and listener.is_connected and speaker.is_connected)
    await until(lambda: _say_until_heard(speaker, code, ear))
    await speaker.close()
    await listener.close()

    assert set(ear.said) == {(speaker.node, b"again")}


def _say_until_heard(speaker: RedisStore, code: str, ear: Ear) -> bool:
    speaker.publish(code, b"again")
    return bool(ear.said)


async def test_slot_that_moves_is_followed(cluster: RedisCluster) -> None:
    """When a session's slot moves to another node of the cluster, its channel and notes are found there."""
    speaker, listener = RedisStore(cluster.url), RedisStore(cluster.url)
    await speaker.open()
    await listener.open()
    code, ear = next(codes), Ear()
    await listener.listen(code, ear)
    speaker.keep(code, {"a": b"1"})
    await speaker.kept(code)
    await asyncio.to_thread(cluster.move, f"syncwatch:{{{code}}}:channel")
    await until(lambda: _say_until_heard(speaker, code, ear))
    kept = await listener.kept(code)
    await speaker.close()
    await listener.close()

    assert set(ear.said) == {(speaker.node, b"again")}
    assert kept == {"a": b"1"}


async def test_word_that_a_shard_lost_is_noticed(cluster: RedisCluster) -> None:
    """Where the connection to one server of a cluster breaks under what is said, whoever listens is told to look."""
    store, ear = RedisStore(cluster.url), Ear()
    await store.open()
    # Its signs of life go to another server, and notice nothing.
    signs = cluster.port_of(f"syncwatch:node:{store.node}")
    code = next(code for code in codes if cluster.port_of(f"{{{code}}}") != signs)
    await store.listen(code, ear)
    store.publish(code, b"heard")
    await store.kept(code)
    await asyncio.to_thread(cluster.hang_up, f"{{{code}}}")
    assert ear.missed_times == 0
    store.publish(code, b"lost")
    await until(lambda: ear.missed_times and store.is_connected)
    await store.close()


async def test_clock_that_is_set_moves_nobody(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Redis's own clock jumps, the nodes' common time goes on as it was."""
    store = RedisStore(redis.url)
    await store.open()
    before = await store.look_at_clock(time.monotonic)
    ask = store._look  # noqa: SLF001 the server's clock can't be set from here
    jumped = [3600.0]

    async def look(local: Callable[[], float]) -> object:
        seen = await ask(local)
        return seen._replace(common=seen.common + jumped[0])

    monkeypatch.setattr(store, "_look", look)
    after = await store.look_at_clock(time.monotonic)
    await store.close()

    assert after.common - before.common == pytest.approx(after.answered - before.answered, abs=0.1)


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("redis://:wrong-secret@127.0.0.1:1/0", ErrorCode.FAILED, "can't be reached"),
        ("redis://127.0.0.1:port/0", ErrorCode.USAGE, "can't be read"),
        ("redis+sentinel://127.0.0.1:1", ErrorCode.USAGE, "can't be read"),
        ("redis+sentinel://:wrong-secret@127.0.0.1:1/main", ErrorCode.FAILED, "can't be reached"),
        ("redis+cluster://:wrong-secret@127.0.0.1:1", ErrorCode.FAILED, "can't be reached"),
    ],
)
async def test_what_is_wrong_is_said_without_the_password(url: str, code: ErrorCode, words: str) -> None:
    """Each way in which Redis can't be used is told apart, with a hint, and never shows the password."""
    with pytest.raises(AppError, match=words) as refusal:
        await RedisStore(url).open()

    assert refusal.value.code is code
    assert refusal.value.hint
    assert "secret" not in f"{refusal.value.message} {refusal.value.hint}"


async def test_wrong_password_is_said() -> None:
    """A password that Redis does not want is wrong usage."""
    guarded = Redis("--requirepass", "right")
    guarded.start()
    try:
        with pytest.raises(AppError, match="does not let this user in") as refusal:
            await RedisStore(f"redis://:wrong@127.0.0.1:{guarded.port}/0").open()
        store = RedisStore(f"redis://:right@127.0.0.1:{guarded.port}/0")
        await store.open()
        await store.close()
    finally:
        guarded.close()

    assert refusal.value.code is ErrorCode.USAGE
