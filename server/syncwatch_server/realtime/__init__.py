"""Socket.IO: connections, their events, and the fan-out of messages. Knows transport only."""
