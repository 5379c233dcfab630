"""Which endpoints one node uses for each service port; decided when asked for, once."""

from simulator.compilers.kube_proxy.endpoints import Choice, categorize
from simulator.compilers.kube_proxy.node import ProxyNode
from simulator.compilers.kube_proxy.services import ProxyPort, ProxyServices


class Choices:
    """The service ports of the cluster as one node sees them."""

    def __init__(self, services: ProxyServices, node: ProxyNode) -> None:
        self.services = services
        self.node = node
        self._made: dict[ProxyPort, Choice] = {}

    def of(self, port: ProxyPort) -> Choice:
        choice = self._made.get(port)
        if choice is None:
            choice = categorize(port.endpoints, port.policies, self.node.name, self.node.labels)
            self._made[port] = choice
        return choice

    def has_internal(self, port: ProxyPort) -> bool:
        """Whether the ClusterIP leads anywhere from this node."""
        return port.usable and not (port.internal_local and not self.of(port).local)

    def has_external(self, port: ProxyPort) -> bool:
        """Whether traffic from outside leads anywhere from this node."""
        return port.usable and not (port.policies.uses_external_local and not self.of(port).local)
