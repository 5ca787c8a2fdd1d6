"""What ``syncwatch demo`` is made of: a film, a line with a delay, somebody at the other end of it, and a narrator."""
