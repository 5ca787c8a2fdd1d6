"""Files: which one of a person's own is what a session watches, and what the host serves to who has none."""
