"""English, a module for each topic. Each text: (plain, mechanism, kernel); see the package above for the notation."""

from collections.abc import Mapping

from simulator.trace.narration.en import bridges, conntrack, names, proxies, routing, rules, sockets, wires

TOPICS = (sockets, routing, wires, bridges, conntrack, rules, names, proxies)
TEXTS: Mapping[str, tuple[str, str, str]] = {key: text for topic in TOPICS for key, text in topic.TEXTS.items()}
