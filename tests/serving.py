"""A server of the standard library that answers in a thread, for as long as a test needs it: the benchmarks' own."""

from benchmarks.range_server import serving

__all__ = ["serving"]
