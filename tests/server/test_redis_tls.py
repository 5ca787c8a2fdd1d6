"""Redis by TLS, in each form of its URL: an authority, its certificates, and what is said where it isn't trusted."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from benchmarks.backends import Certificate, Redis
from benchmarks.redis_fleets import RedisCluster, RedisSentinel
from syncwatch_core.errors import AppError, ErrorCode
from syncwatch_server.live.redis import RedisStore
from tests.server.store_ears import Ear, until

CODE = "TLS-001"


@dataclass(frozen=True, slots=True)
class Papers:
    """An authority's certificate for this machine, and another authority."""

    certificate: Certificate
    elsewhere: Certificate
    """By the same authority, for another host."""
    stranger: Path
    """Of an authority that signed nothing here."""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    folder = tmp_path_factory.mktemp("papers")
    authority = trustme.CA()
    stranger = folder / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(str(stranger))
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))

    def issued(host: str) -> Certificate:
        made = authority.issue_cert(host)
        certificate = Certificate(folder / f"{host}.pem", folder / f"{host}.key", folder / "authority.pem")
        made.cert_chain_pems[0].write_to_path(str(certificate.chain))
        made.private_key_pem.write_to_path(str(certificate.key))
        return certificate

    return Papers(issued("127.0.0.1"), issued("redis.example"), stranger)


@pytest.fixture(scope="module")
def guarded(papers: Papers) -> Iterator[Redis]:
    """A Redis that speaks TLS on a second port."""
    with closing(Redis(certificate=papers.certificate)) as server:
        server.start()
        yield server


@pytest.fixture(scope="module")
def sentinel(papers: Papers) -> Iterator[RedisSentinel]:
    with closing(RedisSentinel(papers.certificate)) as server:
        server.start()
        yield server


@pytest.fixture(scope="module")
def cluster(papers: Papers) -> Iterator[RedisCluster]:
    with closing(RedisCluster(papers.certificate)) as server:
        server.start()
        yield server


@pytest.fixture(params=["guarded", "sentinel", "cluster"])
def url(request: pytest.FixtureRequest) -> str:
    """Each form of a URL, without the authority."""
    server = request.getfixturevalue(request.param)
    if isinstance(server, Redis):
        return f"rediss://127.0.0.1:{server.tls_port}/0"
    found: str = server.tls_url if isinstance(server, RedisCluster) else server.url
    return found


async def test_everything_goes_by_tls(url: str, papers: Papers) -> None:
    """Where the authority is named, messages, notes and the common time come through."""
    stores = [RedisStore(f"{url}?ssl_ca_certs={papers.certificate.authority}") for _ in range(2)]
    for store in stores:
        await store.open()
    speaker, listener = stores
    ear = Ear()
    assert await listener.listen(CODE, ear)
    speaker.publish(CODE, b"by TLS")
    speaker.keep(CODE, {"ann": b"here"})
    await until(lambda: ear.said)
    kept = await speaker.kept(CODE)
    look = await listener.look_at_clock(lambda: 0.0)
    for store in stores:
        await store.close()

    assert ear.said == [(speaker.node, b"by TLS")]
    assert kept == {"ann": b"here"}
    assert look.common >= 0


async def test_certificate_of_a_stranger_is_refused(url: str, papers: Papers) -> None:
    """Neither the system's authorities nor another one vouch for it: that is said, with what to do."""
    for query in ("", f"?ssl_ca_certs={papers.stranger}"):
        with pytest.raises(AppError, match=r"certificate of Redis at rediss.* is not trusted: ") as refusal:
            await RedisStore(url + query).open()
        assert refusal.value.code is ErrorCode.FAILED
        assert "ssl_ca_certs" in (refusal.value.hint or "")


async def test_certificate_for_another_host_is_refused(papers: Papers) -> None:
    """A certificate of the right authority for another host is refused, unless the URL says that it will do."""
    with closing(Redis(certificate=papers.elsewhere)) as server:
        await asyncio.to_thread(server.start)
        url = f"rediss://127.0.0.1:{server.tls_port}/0?ssl_ca_certs={papers.elsewhere.authority}"
        with pytest.raises(AppError, match=r"is not trusted: .*mismatch.*127\.0\.0\.1"):
            await RedisStore(url).open()
        store = RedisStore(f"{url}&ssl_check_hostname=false")
        await store.open()
        await store.close()


async def test_file_that_is_not_there_is_wrong_usage(url: str, tmp_path: Path) -> None:
    """An authority in a file that can't be read is told apart from a Redis that can't be reached."""
    with pytest.raises(AppError) as refusal:
        await RedisStore(f"{url}?ssl_ca_certs={tmp_path / 'nowhere.pem'}").open()

    assert refusal.value.code is ErrorCode.USAGE
    assert "can't be read" in refusal.value.message


@pytest.mark.parametrize("form", ["rediss://", "rediss+sentinel://", "rediss+cluster://"])
@pytest.mark.parametrize("query", ["?colour=blue", "?ssl_check_hostnames=no"])
def test_query_that_means_nothing_is_wrong_usage(form: str, query: str) -> None:
    """A word in the query that means nothing is refused before anything is connected to."""
    with pytest.raises(AppError, match="can't be read") as refusal:
        RedisStore(f"{form}127.0.0.1:1/films{query}" if "+" in form else f"{form}127.0.0.1:1/0{query}")

    assert refusal.value.code is ErrorCode.USAGE


def test_command_says_what_is_wrong(guarded: Redis, postgres_url: str) -> None:
    """``syncwatch_server`` with a certificate that nobody vouches for ends with 1 and says so on stderr alone."""
    settings = {
        "SYNCWATCH_DATABASE_URL": postgres_url,
        "SYNCWATCH_REDIS_URL": f"rediss://:secret@127.0.0.1:{guarded.tls_port}/0",
    }
    done = subprocess.run(
        [sys.executable, "-m", "syncwatch_server", "--port", "0"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=os.environ | settings,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "is not trusted: self-signed certificate" in done.stderr
    assert "secret" not in done.stderr
