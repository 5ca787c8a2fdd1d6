"""The terminal client: commands, the player, the connection to the session."""
