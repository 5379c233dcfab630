"""Normal forms, as the oracle has them: the client's port is 40000, a port drawn at random "masq", MACs have names."""

from collections.abc import Mapping
from typing import Any

from netviz.replay.capture import Caught
from netviz.replay.conntrack import Key
from simulator.datapath.session import CLIENT_PORT

Json = dict[str, Any]


def port(number: int, own: int) -> int | str:
    """A client's source port, or what masquerading made of it."""
    return CLIENT_PORT if number == own else "masq"


def normal_hop(caught: Caught, own: int) -> Json:
    """A frame of a flow whose client has the port `own`. Hardware addresses are still the kernel's."""
    frame = caught.frame
    told: Json = {"ns": caught.space, "dev": caught.device, "dir": "out" if caught.outgoing else "in"}
    if frame.tunnel is not None:
        told["vxlan"] = dict(frame.tunnel)
    told |= frame.told
    side = "sport" if frame.direction == "request" else "dport"
    if side in told:
        told[side] = port(told[side], own)
    if "inner" in told.get("icmp", {}):
        icmp = dict(told["icmp"])
        inner, side = icmp["inner"], "sport" if icmp.pop("about", "request") == "request" else "dport"
        told["icmp"] = icmp | {"inner": inner | ({side: port(inner[side], own)} if side in inner else {})}
    return told


def named(hop: Json, hardware: Mapping[str, str]) -> Json:
    """With the model's names for hardware addresses."""
    told = dict(hop)
    for place in (told, told.get("vxlan", {})):
        for key in ("smac", "dmac"):
            if key in place:
                place[key] = hardware.get(place[key], place[key])
    return told


def normal_entry(entry: Json, own: int, closed: bool = False, backward: bool = False) -> Json:
    """A connection that is tracked, without the ports that differ from run to run; the state of one that its server
    has closed is a matter of moments."""
    told = {key: value for key, value in entry.items() if not (closed and key == "state")}
    sides = (("orig", "dport"), ("reply", "sport")) if backward else (("orig", "sport"), ("reply", "dport"))
    for side, key in sides:
        if key in told[side]:
            told[side] = told[side] | {key: port(told[side][key], own)}
    return told


def raw_key(told: Json, own: int, reply: bool) -> Key:
    """The tuple of a frame's connection as its opening packet would have it; an error's is that of what it quotes."""
    inner = told.get("icmp", {}).get("inner")
    if inner is not None:
        return inner["proto"], inner["src"], inner["dst"], inner.get("sport", own), inner.get("dport", 0)
    source, destination = (told["dst"], told["src"]) if reply else (told["src"], told["dst"])
    if "icmp" in told:
        return told["proto"], source, destination, own, 0
    sport, dport = (told["dport"], told["sport"]) if reply else (told["sport"], told["dport"])
    return told["proto"], source, destination, sport, dport
