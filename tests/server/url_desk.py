"""The service that looks at links, at work on an origin of real media."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from syncwatch_core.errors import AppError
from syncwatch_server.fetching.safe_fetcher import SafeFetcher
from syncwatch_server.live.limits import TokenBuckets
from syncwatch_server.services.shared_answers import SharedAnswers
from syncwatch_server.services.video_url_service import UrlReport, VideoUrlService
from tests.server.media_origin import Origin

PAGE = "http://watch.example"
ANN, BEN = "198.51.100.1", "198.51.100.2"


@dataclass
class Desk:
    """The service, and the world it looks at."""

    origin: Origin
    fetcher: SafeFetcher
    now: float = 1000.0
    services: list[VideoUrlService] = field(default_factory=list)

    def service(self, page: str = PAGE, capacity: int = 1000, shared: SharedAnswers | None = None) -> VideoUrlService:
        """A service with a clock that stands still until it is moved."""
        endpoints = dict.fromkeys(("youtube", "vimeo", "dailymotion"), self.origin.url("oembed"))
        limits = TokenBuckets(capacity, 10.0, lambda: self.now)
        made = VideoUrlService(self.fetcher, lambda: self.now, page, limits, endpoints, shared=shared)
        self.services.append(made)
        return made

    async def report(self, name: str, **options: Any) -> UrlReport:
        """What is told of a file."""
        return await self.service(**options).validate_video_url(self.origin.url(name), ANN)

    async def refusal(self, name: str) -> AppError:
        """Why a file is refused."""
        with pytest.raises(AppError) as refusal:
            await self.report(name)
        return refusal.value
