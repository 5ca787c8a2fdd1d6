"""Answers that may be given again for a while, in the memory of this process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class ExpiringCache(Generic[_Value]):
    """The last ``capacity`` values, each until it expires; the longest unused is forgotten first."""

    def __init__(self, capacity: int, now: Callable[[], float]) -> None:
        self._capacity = capacity
        self._now = now
        self._kept: OrderedDict[str, tuple[_Value, float]] = OrderedDict()

    def get(self, key: str) -> _Value | None:
        """The value, if it is there and has not expired."""
        value, expires_at = self._kept.get(key, (None, 0.0))
        if value is None:
            return None
        if self._now() >= expires_at:
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return value

    def put(self, key: str, value: _Value, lifetime: float) -> None:
        """Keep ``value`` for ``lifetime`` seconds."""
        self._kept[key] = (value, self._now() + lifetime)
        self._kept.move_to_end(key)
        if len(self._kept) > self._capacity:
            self._kept.popitem(last=False)
