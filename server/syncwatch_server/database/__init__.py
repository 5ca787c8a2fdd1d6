"""The authority: the row of each session, written before anything is acknowledged."""
