"""Names that a listener and a route have in common. apis/v1/httproute_types.go: HTTPRouteSpec.Hostnames"""


def intersection(listener: str, route: tuple[str, ...]) -> tuple[str, ...]:
    """The names that a route answers on a listener; () where they have none in common, "" for any name at all."""
    if not route:
        return (listener,)
    return tuple(found for found in (common(listener, host) for host in route) if found is not None)


def common(one: str, other: str) -> str | None:
    """The more specific of two patterns, where it is within the other. "*.a.b" is any number of labels before a.b."""
    if not one or one == other:
        return other
    if not other:
        return one
    if within(other, one):
        return other
    return one if within(one, other) else None


def within(one: str, wildcard: str) -> bool:
    """Whether every name of a pattern belongs to a wildcard."""
    return wildcard.startswith("*.") and one != wildcard and one.endswith(wildcard[1:])
