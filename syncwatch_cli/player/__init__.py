"""The players: the person's own mpv, and what stands in for one."""
