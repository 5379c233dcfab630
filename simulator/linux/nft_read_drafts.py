"""Tables while they are read: what may still grow, with the place in the text of everything that names something."""

from simulator.linux import nftables as nft
from simulator.linux.reading import Token


class ChainDraft:
    def __init__(self, name: str) -> None:
        self.name = name
        self.base: nft.BaseHook | None = None
        self.comment: str | None = None
        self.rules: list[tuple[nft.Rule, Token]] = []

    def chain(self) -> nft.Chain:
        return nft.Chain(self.name, tuple(rule for rule, _ in self.rules), self.base, self.comment)


class SetDraft:
    """`type` is empty as long as none is told."""

    def __init__(self, name: str, verdicts: bool) -> None:
        self.name = name
        self.verdicts = verdicts
        self.type: tuple[str, ...] = ()
        self.comment: str | None = None
        self.timeout: int | None = None
        self.size: int | None = None
        self.dynamic = False
        self.elements: dict[nft.Key, tuple[nft.Element, Token]] = {}

    def set(self) -> nft.Set:
        elements = {key: element for key, (element, _) in self.elements.items()}
        size = None if self.timeout is not None and self.size == nft.DYNAMIC_SET_SIZE else self.size
        return nft.Set(self.name, self.type, elements, self.comment, self.verdicts, self.timeout, size)


class TableDraft:
    def __init__(self, family: int, name: str) -> None:
        self.family = family
        self.name = name
        self.comment: str | None = None
        self.sets: dict[str, SetDraft] = {}
        self.chains: dict[str, ChainDraft] = {}
        self.unread: set[str] = set()

    @property
    def title(self) -> str:
        return f"{'ip' if self.family == 4 else 'ip6'} {self.name}"

    def place(self, name: str) -> str:
        """A chain or set as problems name it."""
        return f"{self.title} {name}"

    def table(self) -> nft.Table:
        sets = {name: draft.set() for name, draft in self.sets.items()}
        chains = {name: draft.chain() for name, draft in self.chains.items()}
        return nft.Table(self.family, self.name, sets, chains, self.comment)
