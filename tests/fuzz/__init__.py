"""Differential fuzzing: random small clusters and flows, through the model and through a real kernel."""
