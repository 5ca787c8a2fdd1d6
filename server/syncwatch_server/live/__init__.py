"""What may be lost: limits and caches, in the memory of this process or in Redis, where nodes share them."""
