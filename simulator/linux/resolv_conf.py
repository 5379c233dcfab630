"""/etc/resolv.conf: whom a program's resolver asks, and how it completes a name (resolv.conf(5))."""

import msgspec

from simulator.origin import Origins
from simulator.packet.headers import IPAddress

MOST_NAMESERVERS = 3
DEFAULT_NDOTS = 1
MOST_NDOTS = 15


class ResolvConf(msgspec.Struct, frozen=True):
    """`options` as they are written, "ndots:5"; `libc` names the C library that reads the file ("glibc", "musl")."""

    nameservers: tuple[IPAddress, ...] = ()
    search: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    libc: str = "glibc"
    origins: Origins = ()

    @property
    def ndots(self) -> int:
        """resolv/res_init.c:res_setoptions() caps it."""
        for option in reversed(self.options):
            key, _, value = option.partition(":")
            if key == "ndots" and value.isdecimal():
                return min(int(value), MOST_NDOTS)
        return DEFAULT_NDOTS

    def __str__(self) -> str:
        lines = [f"search {' '.join(self.search)}"] if self.search else []
        lines += [f"nameserver {address}" for address in self.nameservers]
        lines += [f"options {' '.join(self.options)}"] if self.options else []
        return "\n".join(lines)
