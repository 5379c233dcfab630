"""Stage 2: the cluster that an API server would hold once its controllers have run."""
