"""What is wrong with Services: they select nothing, nobody is ready, a port leads nowhere."""
from collections.abc import Iterable
from simulator.cluster.model import EndpointSlice, Pod, Service
from simulator.cluster.problems import Problems
from simulator.cluster.selectors import LabelIndex


def check_services(
    services: Iterable[Service], slices: Iterable[EndpointSlice], pods: LabelIndex[Pod], problems: Problems
) -> None:
    pass
