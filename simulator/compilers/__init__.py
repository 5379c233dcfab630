"""Stage 3: the cluster to Linux, one module per real program."""
