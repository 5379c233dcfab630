"""Stage 5: the walk. Verbs, named after the kernel source that does the work."""
