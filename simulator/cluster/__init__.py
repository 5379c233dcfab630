"""Stage 2: the objects of an upload to the cluster that an API server would hold once its controllers have run."""

from simulator.cluster.build import build_cluster

__all__ = ["build_cluster"]
