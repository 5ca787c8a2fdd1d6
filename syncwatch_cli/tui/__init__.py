"""The terminal interface: screens and widgets that draw the evening. Only here is Textual imported."""
