"""What passes the hooks, beyond the rules: errors about translated connections."""

from simulator.steps import StepKind
from simulator.trace.model import LegKind
from tests.simulator.datapath.conftest import Ask

TRANSLATED = """*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -d 10.0.2.2/32 -j DNAT --to-destination 10.0.2.77
-A POSTROUTING -j MASQUERADE
COMMIT
"""


def test_an_error_to_a_masqueraded_client_leaves_by_the_clients_device(ask: Ask) -> None:
    """It is made for the machine's own address, gets the client's back in OUTPUT, and is routed anew."""
    said = ask(rules=TRANSLATED)
    assert said.errno == "EHOSTUNREACH"
    error = said.legs[-1]
    assert error.kind is LegKind.ICMP_ERROR
    assert [s.device for s in error.steps if s.kind is StepKind.TRANSMIT] == ["client"]
