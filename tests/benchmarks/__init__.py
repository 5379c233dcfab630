"""Measurements, each a script that prints one line of JSON; `make bench` runs them all. Nothing here passes or fails."""
