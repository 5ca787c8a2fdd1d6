"""What ``syncwatch doctor`` looks at: each check is a function that gives what it found, and never raises."""
