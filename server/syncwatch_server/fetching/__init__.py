"""Fetching what strangers name: from global addresses only, and never more than was asked for."""
