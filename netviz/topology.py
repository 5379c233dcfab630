"""What is wired to what: the machines, their devices and the wires as a graph, for questions about the shape.

Where a packet goes is never asked here: routes, rules and bridges decide that, and `simulator/datapath` follows them.
The vertices are the ids of the picture. Pods are no vertices, for there may be ten thousand: each hangs on one device
or machine, and is looked up there.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from netviz.graph import Graph, Pod

if TYPE_CHECKING:
    from networkx import Graph as Net

WAY_OUT = ("host:router", "host:cp")
"""Where everybody's traffic leaves the wires of the nodes, most wanted first."""


class Bottleneck(msgspec.Struct, frozen=True):
    """A device or wire without which others are cut off; `pods` counts those on the machines that it alone connects."""

    id: str
    hosts: tuple[str, ...]
    pods: int


class Topology:
    """Made from a graph once; networkx is loaded when the first question is asked."""

    def __init__(self, graph: Graph) -> None:
        self._hosts = {host.id: host for host in graph.hosts}
        self._segments = tuple(segment.id for segment in graph.segments)
        self._pods = {pod.id: pod for pod in graph.pods if pod.node in self._hosts}

    @cached_property
    def net(self) -> "Net[str]":
        """Machines, their devices, the wires, and the tunnels that join vxlan devices."""
        from networkx import Graph as Net

        net: Net[str] = Net()
        net.add_nodes_from(self._segments)
        for host in self._hosts.values():
            net.add_node(host.id)
            for device in host.devices:
                if device.kind == "veth":
                    continue
                net.add_edge(host.id, device.id)
                if device.segment:
                    net.add_edge(device.id, device.segment)
        return net

    @cached_property
    def _wires(self) -> dict[str, frozenset[str]]:
        """For each device and wire, everything that one Ethernet frame reaches from there."""
        import networkx as nx

        frames = self.net.subgraph(v for v in self.net if v not in self._hosts)
        return {vertex: frozenset(found) for found in nx.connected_components(frames) for vertex in found}

    @cached_property
    def _by_place(self) -> dict[str, list[Pod]]:
        found: dict[str, list[Pod]] = {}
        for pod in self._pods.values():
            found.setdefault(self._place(pod), []).append(pod)
        return found

    def _place(self, pod: Pod) -> str:
        """Where a pod hangs: at its machine's bridge; at the machine itself where there is none, or on its network."""
        host = self._hosts[pod.node or ""]
        bridge = next((device.id for device in host.devices if device.kind == "bridge"), None)
        return host.id if pod.host_network or bridge is None else bridge

    def knows(self, name: str) -> bool:
        return name in self._pods or name in self.net

    def on_segment_with(self, name: str) -> tuple[list[str], list[Pod]]:
        """Who hears the same Ethernet frames as a pod, a machine or a device: its machines, and the other pods."""
        hosts: dict[str, None] = {}
        pods: list[Pod] = []
        for vertex in self._heard_from(name):
            hosts.update((other, None) for other in self.net[vertex] if other in self._hosts)
            pods += (pod for pod in self._by_place.get(vertex, ()) if pod.id != name)
        hosts.pop(name, None)
        return list(hosts), pods

    def _heard_from(self, name: str) -> Iterator[str]:
        """Every vertex of the segments that somebody is on; a pod without a bridge has a wire to itself."""
        place = self._place(self._pods[name]) if name in self._pods else name
        if place not in self.net:
            return
        if place not in self._hosts:
            yield from sorted(self._wires[place])
        elif name in self._hosts or self._pods[name].host_network:
            wires = (self._wires[device] for device in self.net[place])
            yield from sorted(frozenset().union(*wires))

    def path(self, source: str, target: str) -> list[str]:
        """The shortest way along cables between two pods, machines or devices; empty where none leads there."""
        import networkx as nx

        ends = [self._end(end) for end in (source, target)]
        if not all(ends):
            return []
        (head, start), (tail, goal) = (end for end in ends if end)
        try:
            way: list[str] = nx.shortest_path(self.net, start, goal)
        except nx.NetworkXNoPath:
            return []
        return [*head, *way, *reversed(tail)] if source != target else [source]

    def _end(self, name: str) -> tuple[list[str], str] | None:
        """The vertices of a pod that lead to its place, and that place."""
        if name in self._pods:
            pod = self._pods[name]
            return ([name] if pod.host_network else [name, f"{name}/eth0"]), self._place(pod)
        return ([], name) if name in self.net else None

    @cached_property
    def _before(self) -> dict[str, str]:
        """For each vertex, the nearest one that every way from the way out to it leads through (its dominator)."""
        import networkx as nx

        out = next((vertex for vertex in WAY_OUT if vertex in self.net), None)
        if out is None:
            return {}
        found = nx.immediate_dominators(self.net.to_directed(), out)
        return {vertex: before for vertex, before in found.items() if before is not None and vertex != out}

    def _alone(self, vertex: str) -> list[str]:
        """The devices and wires that alone connect a vertex to the way out, the nearest one last."""
        found: list[str] = []
        before = self._before.get(vertex)
        while before is not None:
            found.append(before)
            before = self._before.get(before)
        own = [each for each in reversed(found[:-1]) if each not in self._hosts]
        return [*own, vertex] if vertex not in self._hosts and found else own

    def alone_connects(self, name: str) -> list[str]:
        """The devices and wires on which a pod or machine depends to reach the way out, from there to here."""
        end = self._end(name)
        return [] if end is None else [*self._alone(end[1]), *reversed(end[0][1:])]

    def bottlenecks(self) -> list[Bottleneck]:
        """What alone connects machines to the way out (articulation points), those that cut off most pods first."""
        lost: dict[str, list[str]] = {}
        for host in self._hosts:
            for point in self._alone(host):
                lost.setdefault(point, []).append(host)
        pods = dict.fromkeys(self._hosts, 0)
        for pod in self._pods.values():
            pods[pod.node or ""] += 1
        found = [Bottleneck(point, tuple(hosts), sum(pods[host] for host in hosts)) for point, hosts in lost.items()]
        return sorted(found, key=lambda each: (-each.pods, each.id))
