"""Chains that lead back to themselves, or too deep: the kernel refuses both when rules are loaded.

net/ipv4/netfilter/ip_tables.c:mark_source_chains(), net/netfilter/nf_tables_api.c:nft_chain_validate()
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

Edge = tuple[str, str]


class Loops:
    """`back`: (chain, the chain that it may not name, for that leads back to it); `deep`: likewise, for so many chains
    would wait for each other. Without these edges every way has an end. `uncounted` stand between chains (maps)."""

    def __init__(self, named: Mapping[str, Sequence[str]], most: int, uncounted: Collection[str] = ()) -> None:
        self.back: set[Edge] = set()
        self.deep: set[Edge] = set()
        self._named = named
        self._most = most
        self._uncounted = uncounted
        self._depth: dict[str, int] = {}
        for name in named:
            self._visit(name)

    def _visit(self, start: str) -> None:
        """Depth first with a stack of our own: the text may be deeper than Python's."""
        if start in self._depth:
            return
        open_chains = {start}
        stack: list[tuple[str, Iterator[str]]] = [(start, iter(self._named[start]))]
        while stack:
            chain, rest = stack[-1]
            following = next((name for name in rest if name in self._named), None)
            if following is None:
                stack.pop()
                open_chains.discard(chain)
                self._close(chain)
            elif following in open_chains:
                self.back.add((chain, following))
            elif following not in self._depth:
                open_chains.add(following)
                stack.append((following, iter(self._named[following])))

    def _close(self, chain: str) -> None:
        """All that a chain names is known by now."""
        own = 0 if chain in self._uncounted else 1
        depth = own
        for name in self._named[chain]:
            if name not in self._depth or (chain, name) in self.back:
                continue
            if self._depth[name] + own > self._most:
                self.deep.add((chain, name))
            else:
                depth = max(depth, self._depth[name] + own)
        self._depth[chain] = depth
