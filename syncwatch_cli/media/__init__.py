"""What is watched, as this computer finds it."""
