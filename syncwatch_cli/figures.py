"""Figures as people read them; each measured one together with how far it may be off."""

from __future__ import annotations


def position(seconds: float | None) -> str:
    """A position as ``m:ss`` or ``h:mm:ss``; a dash where it isn't known."""
    if seconds is None:
        return "–"
    whole = int(max(0.0, seconds))
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def span(seconds: float | None) -> str:
    """A length of time, in ms below a second."""
    if seconds is None:
        return "–"
    return f"{seconds * 1000:.1f} ms" if abs(seconds) < 1 else f"{seconds:.2f} s"


def drift(seconds: float | None, uncertainty: float | None) -> str:
    """How far ahead or behind, in words, and how sure that is."""
    if seconds is None:
        return "–"
    words = f"{span(abs(seconds))} {'ahead' if seconds >= 0 else 'behind'}"
    return words if uncertainty is None else f"{words} ± {span(uncertainty)}"
