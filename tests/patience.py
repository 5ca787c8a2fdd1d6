"""How long a test waits for what has to come."""

from __future__ import annotations

PATIENCE = 60.0
"""Seconds until a test gives up: far beyond what anything takes on a machine that is busy with other things, so that
only what never comes fails. What has to come in time is measured by the benchmarks.
"""
