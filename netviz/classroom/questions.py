"""Questions that a step of a trace offers, with the engine's answer: where next, what becomes of a header, how it ends.

The trace is the JSON that the API answers with. Nothing is asked that the steps up to here have shown already; wrong
choices are other places and addresses of the same trace, so that each of them could be right for another packet.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from netviz.classroom.messages import ClassOffer, PollChoice

Step = dict[str, Any]
MOST_CHOICES = 5

ENDS = {
    "delivered": "It is delivered",
    "refused": "Nobody listens: it is refused",
    "rejected": "A rule rejects it",
    "dropped": "A rule drops it in silence",
    "unreachable": "There is no route",
    "lost": "It goes where nobody looks",
    "loop": "It goes round in circles",
}
"""How a leg may end, in words for somebody who has not seen it."""
USUAL_ENDS = ("delivered", "refused", "rejected", "dropped")

HOOKS = ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING")
FIELDS = {"ip.src": ("src", "source"), "ip.dst": ("dst", "destination")}


def offers(trace: dict[str, Any], at: int) -> list[ClassOffer]:
    """What may be asked at the step with this index."""
    legs = trace["legs"]
    steps = [step for leg in legs for step in leg["steps"]]
    if not 0 <= at < len(steps):
        return []
    here = steps[at]
    leg = [step for step in steps[at:] if step["leg"] == here["leg"]]
    found = (
        _next_place(steps, leg),
        _next_hook(leg),
        *(_field(trace, steps, leg, field) for field in FIELDS),
        _end(legs[here["leg"]], leg),
    )
    return [offer for offer in found if offer is not None]


def _place(step: Step) -> str:
    """Where the packet is, as people say it: the device in its network namespace."""
    return str(step["netns"]).rsplit("/", 1)[-1]


SAID = {"router": "the router", "internet": "the client outside"}


def _said(step: Step) -> str:
    """Its name in a sentence."""
    place = _place(step)
    return SAID.get(place, place)


def _next_place(steps: list[Step], leg: list[Step]) -> ClassOffer | None:
    """Which machine or pod has the packet next."""
    here = _said(leg[0])
    nxt = next((step for step in leg if step["netns"] != leg[0]["netns"]), None)
    if nxt is None:
        return None
    others = (step for step in steps if step["netns"] not in (leg[0]["netns"], nxt["netns"]))
    choices = _choices(_place(nxt), (_place(step) for step in others))
    if len(choices) < 2:
        return None
    return _offer("next-place", f"The packet is at {here}. Where is it next?", choices, _place(nxt), nxt)


def _next_hook(leg: list[Step]) -> ClassOffer | None:
    """Which of netfilter's hooks it meets next in this network namespace."""
    here = leg[0]
    stay: list[Step] = []
    for step in leg:
        if step["netns"] != here["netns"]:
            break
        stay.append(step)
    nxt = next((step for step in stay[1:] if step.get("hook") and step["hook"] != here.get("hook")), None)
    if nxt is None:
        return None
    question = f"Which hook does the packet meet next at {_said(here)}?"
    others = (hook for hook in HOOKS if hook not in (here.get("hook"), nxt["hook"]))
    return _offer("next-hook", question, _choices(nxt["hook"], others), nxt["hook"], nxt, sort=HOOKS.index)


def _field(trace: dict[str, Any], steps: list[Step], leg: list[Step], field: str) -> ClassOffer | None:
    """What an address has become where this packet ends; asked only where it is going to change."""
    name, word = FIELDS[field]
    if "ip" not in leg[0]["packet"] or leg[0]["packet"]["l4"].get("type") == "arp":
        return None
    now, last = leg[0]["packet"]["ip"][name], leg[-1]["packet"]
    change = next((s for s in leg[1:] for c in s["changes"] if c["field"] == field), None)
    if change is None or last["l4"].get("type") == "arp":
        return None
    then = last["ip"][name]
    question = f"Which {word} address does the packet have when it comes to {_said(leg[-1])}?"
    known = dict(_addresses(trace, steps))
    choices = _choices(then, (now, *(a for a in known if a not in (now, then))))
    return _offer(f"field:{field}", question, choices, then, change, known)


def _addresses(trace: dict[str, Any], steps: list[Step]) -> Iterator[tuple[str, str]]:
    """The addresses of the trace, with whose they are where a step says so."""
    seen: set[str] = set()
    for step in steps:
        if step["packet"]["l4"].get("type") == "arp":
            continue
        ip = step["packet"]["ip"]
        for address in (ip["src"], ip["dst"]):
            if address not in seen and ":" not in address[:1]:
                seen.add(address)
                yield address, _whose(trace, steps, address)


def _whose(trace: dict[str, Any], steps: list[Step], address: str) -> str:
    """The first sender with that address, or the last receiver."""
    if address == steps[0]["packet"].get("ip", {}).get("src"):
        return "the client"
    for step in steps:
        if step["kind"] == "deliver" and step["packet"].get("ip", {}).get("dst") == address:
            return _place(step)
    return ""


def _end(head: dict[str, Any], leg: list[Step]) -> ClassOffer | None:
    """How it ends; not asked at the very end."""
    if len(leg) < 2:
        return None
    end = str(head["disposition"])
    others = [ENDS[word] for word in USUAL_ENDS if word != end]
    order = list(ENDS.values())
    return _offer(
        "end", "What becomes of this packet?", _choices(ENDS[end], others), ENDS[end], leg[-1], sort=order.index
    )


def _choices(right: str, others: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((right, *others)))[:MOST_CHOICES]


def _offer(
    identity: str,
    question: str,
    choices: list[str],
    right: str,
    seen: Step,
    notes: dict[str, str] | None = None,
    sort: Any = None,
) -> ClassOffer | None:
    """The choices in an order that says nothing about which one is right."""
    if len(choices) < 2:
        return None
    ordered = sorted(choices, key=sort or _natural)
    notes = notes or {}
    told = seen["narration"]["plain"] if seen.get("narration") else ""
    shown = tuple(PollChoice(text, notes.get(text, "")) for text in ordered)
    return ClassOffer(identity, question, shown, ordered.index(right), told, int(seen["seq"]))


def _natural(text: str) -> list[tuple[int, int, str]]:
    """web-2 before web-10, 10.0.0.9 before 10.0.0.10."""
    parts: list[tuple[int, int, str]] = []
    digits = ""
    for letter in f"{text}\0":
        if letter.isdigit():
            digits += letter
            continue
        if digits:
            parts.append((0, int(digits), ""))
            digits = ""
        parts.append((1, 0, letter))
    return parts
