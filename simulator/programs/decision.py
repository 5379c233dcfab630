"""What a reverse proxy came to, and how: the rules it looked at, what it did, and where the request goes."""

import msgspec

from simulator.origin import Origins
from simulator.programs.http import Request, Response
from simulator.programs.routes import Cors, HeaderChange, Listener, Rule, Target, Timeouts, Upstream


class Considered(msgspec.Struct, frozen=True):
    """A rule that was looked at and did not match."""

    rule: str
    failed: str
    origins: Origins = ()


class Note(msgspec.Struct, frozen=True):
    """One thing that was decided, in a sentence."""

    text: str
    origins: Origins = ()


class Share(msgspec.Struct, frozen=True):
    """How much of the traffic of a rule a backend gets."""

    name: str
    share: float


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request. Either `rejected` (no connection), or a `response` of the proxy's own, or `request`
    goes to `target`."""

    listener: Listener | None = None
    rule: Rule | None = None
    considered: tuple[Considered, ...] = ()
    notes: tuple[Note, ...] = ()
    rejected: str | None = None
    response: Response | None = None
    request: Request | None = None
    upstream: Upstream | None = None
    target: Target | None = None
    shares: tuple[Share, ...] = ()
    mirrors: tuple[Upstream, ...] = ()
    after: tuple[HeaderChange | Cors, ...] = ()
    timeouts: Timeouts = Timeouts()
