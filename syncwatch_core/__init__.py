"""The heart of SyncWatch: the rules of watching together, as values and functions that are told the time.

Nothing here reads a clock, opens a socket, logs or sleeps.
The terminal client and the server both stand on it and never on each other.

Read in this order: ``timeline``, ``clock``, ``correction``, ``follower``, ``controller``, ``watch_session``.
"""

__version__ = "0.1.0"
