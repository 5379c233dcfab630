"""Who of several gets a request: a canary, a backend by weight, an endpoint by cookie or by chance."""

from collections.abc import Callable, Iterator

from simulator.chance import Choose, Option
from simulator.origin import Origins
from simulator.programs.affinity import belongs, set_cookie, stuck
from simulator.programs.canary import canary_says
from simulator.programs.decision import Share
from simulator.programs.http import Request
from simulator.programs.routes import Backend, Canary, HeaderChange, Rule, Sticky, Target, Upstream

Note = Callable[[str, Origins], None]


class Draw:
    """For one request. `shares` is what each backend gets of all traffic, `cookie` what the answer will set."""

    def __init__(self, asked: Request, choose: Choose, note: Note) -> None:
        self.asked = asked
        self.choose = choose
        self.note = note
        self.shares: tuple[Share, ...] = ()
        self.cookie: HeaderChange | None = None

    def backend(self, rule: Rule) -> Backend | None:
        """None where no backend gets any traffic."""
        return self.canary(rule) or self.weighted(rule)

    def weighted(self, rule: Rule) -> Backend | None:
        total = sum(b.weight for b in rule.backends)
        if not total:
            return None
        self.shares = self.shares or tuple(Share(b.upstream.name, b.weight / total) for b in rule.backends)
        chosen = [b for b in rule.backends if b.weight]
        if len(chosen) == 1:
            return chosen[0]
        options = [Option(b.upstream.name, b.weight / total) for b in chosen]
        backend = chosen[self.choose(options)]
        self.note(f"By weight ({backend.weight} of {total}), {backend.upstream.name} gets it.", backend.origins)
        return backend

    def canary(self, rule: Rule) -> Backend | None:
        """The first canary decides: its header, its cookie, then chance. ingress-nginx asks no second one."""
        for one in rule.canaries[:1]:
            said = self.known(rule, one) or canary_says(one, self.asked)
            if said is not None:
                self.note(f"{said[1]}: the canary {'gets it' if said[0] else 'does not get it'}.", one.origins)
                return one.backend if said[0] else None
            share = min(1.0, one.weight / one.weight_total) if one.weight_total else 0.0
            if share > 0:
                self.shares = tuple(_canary_shares(rule, one.backend, share))
                options = [Option(one.backend.upstream.name, share), Option("the others", 1 - share)]
                if share >= 1 or self.choose(options) == 0:
                    self.note(f"By weight ({one.weight} of {one.weight_total}), the canary gets it.", one.origins)
                    return one.backend
        return None

    def known(self, rule: Rule, canary: Canary) -> tuple[bool, str] | None:
        """Where the client has been before, if its cookie says so: it stays there."""
        if rule.sticky is None or not canary.sticky:
            return None
        words = f"The cookie {rule.sticky.name} says where it has been before"
        if any(belongs(rule.sticky, self.asked, backend.upstream) for backend in rule.backends):
            return False, words
        return (True, words) if belongs(rule.sticky, self.asked, canary.backend.upstream) else None

    def endpoint(self, sticky: Sticky | None, upstream: Upstream) -> Target:
        """By the client's cookie, where the rule knows clients again; else any of them, with equal chances."""
        known = stuck(sticky, self.asked, upstream) if sticky is not None else None
        if sticky is not None and known is not None:
            self.note(f"The cookie {sticky.name} says that it has been with {named(known)} before.", sticky.origins)
            return known
        target = upstream.targets[0]
        if len(upstream.targets) > 1:
            even = 1 / len(upstream.targets)
            target = upstream.targets[self.choose([Option(t.name, even) for t in upstream.targets])]
        if sticky is not None:
            self.cookie = set_cookie(sticky, self.asked, upstream, target)
            self.note(f"The answer will set the cookie {sticky.name}: the client is to come back here.", sticky.origins)
        return target


def _canary_shares(rule: Rule, canary: Backend, share: float) -> Iterator[Share]:
    total = sum(b.weight for b in rule.backends) or 1
    yield Share(canary.upstream.name, share)
    for backend in rule.backends:
        yield Share(backend.upstream.name, (1 - share) * backend.weight / total)


def named(target: Target) -> str:
    if target.pod:
        return f"the pod {target.pod}"
    return f"the node {target.node}" if target.node else f"the endpoint {target.address}"
