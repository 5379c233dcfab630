"""DNS: questions, records and answers, as programs pass them to each other (RFC 1035, RFC 2308).

Names are lower case and without the dot at the end.
"""

from enum import Enum

import msgspec

from simulator.origin import Origins
from simulator.packet.headers import IPAddress

PORT = 53


class RecordType(Enum):
    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    SRV = "SRV"
    PTR = "PTR"


class Rcode(Enum):
    NOERROR = "NOERROR"
    SERVFAIL = "SERVFAIL"
    NXDOMAIN = "NXDOMAIN"


ADDRESS_TYPES = (RecordType.A, RecordType.AAAA)
"""What a program that wants to connect asks for, in the order in which it asks."""


def address_type(address: IPAddress) -> RecordType:
    return RecordType.A if address.version == 4 else RecordType.AAAA


class Srv(msgspec.Struct, frozen=True):
    """Where a named port is served (RFC 2782)."""

    priority: int
    weight: int
    port: int
    target: str

    def __str__(self) -> str:
        return f"{self.priority} {self.weight} {self.port} {self.target}."


class Record(msgspec.Struct, frozen=True):
    """One line of a zone: `value` is an address, a Srv, or for CNAME and PTR another name; `origins` say whence."""

    name: str
    type: RecordType
    value: IPAddress | Srv | str
    ttl: int = 30
    origins: Origins = ()

    def __str__(self) -> str:
        value = f"{self.value}." if isinstance(self.value, str) else str(self.value)
        return f"{self.name}. {self.ttl} IN {self.type.value} {value}"


class Question(msgspec.Struct, frozen=True):
    name: str
    type: RecordType

    def __str__(self) -> str:
        return f"{self.type.value} {self.name}."


class Answer(msgspec.Struct, frozen=True):
    """NOERROR without records says that the name is there, but has nothing of the type that was asked (NODATA).

    `forwarded`: the server did not know and asked another one.
    """

    question: Question
    rcode: Rcode
    records: tuple[Record, ...] = ()
    forwarded: bool = False

    @property
    def addresses(self) -> tuple[IPAddress, ...]:
        return tuple(r.value for r in self.records if r.type in ADDRESS_TYPES and not isinstance(r.value, str | Srv))

    def __str__(self) -> str:
        if self.rcode is not Rcode.NOERROR:
            return self.rcode.name
        return "; ".join(str(r.value) for r in self.records) or "NODATA"
