"""What the server does, whichever way it is asked: sessions, playback, who may. Knows no transport."""
