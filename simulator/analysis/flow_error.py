"""FlowError: a question that cannot be asked, with a code for programs and a hint for people."""

from collections.abc import Iterable


class FlowError(Exception):
    """`code` is one of: unknown-pod, unknown-service, unknown-node, ambiguous-name, bad-port, missing-port,
    bad-address, bad-protocol, not-running, no-pods, unsupported-target."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def did_you_mean(asked: str, known: Iterable[str], what: str, most: int = 6) -> str:
    """A hint: the names nearest to what was typed, or else the first few there are."""
    from difflib import get_close_matches

    names = sorted(set(known))
    if not names:
        return f"There are no {what} in this upload."
    near = get_close_matches(asked, names, n=3, cutoff=0.6)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return f"The {what} here: {', '.join(names[:most])}{rest}."
