"""The heart of SyncWatch: the rules of watching together, as values and functions that are told the time.

Nothing here reads a clock, opens a socket, logs or sleeps.
The terminal client and the server both stand on it and never on each other.

Read in this order:

1. What all agree on: ``timeline``, and ``clock``, on which everybody extrapolates it.
2. How one player is kept on it: ``correction`` (the law of the drift), ``player_belief`` with ``player_run``,
   ``player_rate`` and ``player_habits`` (what is known of the player), ``controller_events`` (what happens, and what is
   asked for), ``follower`` (the one that compares and asks), ``hands`` (a person's and a script's), ``controller``.
3. What travels: ``messages``.
4. Who decides: ``watch_session`` and its parts in ``session_parts``; ``session_rules`` names the rule of each command,
   and ``playback_rules``, ``queue_rules``, ``seating``, ``waiting`` and ``gathering`` are the rules.

docs/sync.md has the figures behind 1 and 2, docs/protocol.md is 3 in words.
"""

__version__ = "0.1.0"
