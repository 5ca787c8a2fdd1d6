"""Instruments that measure SyncWatch from outside, never by its own figures."""
