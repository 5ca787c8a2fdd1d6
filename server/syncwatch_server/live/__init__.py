"""What may be lost: limits and caches in the memory of this process."""
