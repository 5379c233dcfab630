"""netviz proxy-flow: where kube-proxy's rules send the packets of one case, for checking against recorded cases."""

import argparse
import sys

from simulator.cli.failure import Failure
from simulator.cli.output import write_bytes


def run(args: argparse.Namespace) -> int:
    import msgspec

    from simulator.analysis.proxy_case import read_case
    from simulator.analysis.proxy_flow import UnsupportedMode, answer
    from simulator.linux.reading import ParseProblem

    try:
        answers = answer(read_case(sys.stdin.buffer.read()))
    except msgspec.MsgspecError as error:
        raise Failure(f"This is no packet-flow case: {error}", "Give one case as JSON on standard input.") from None
    except ParseProblem as error:
        raise Failure(f"The case's rules cannot be read: {error}", error.hint) from None
    except UnsupportedMode as error:
        raise Failure(str(error), "Give a case of a mode that is supported.") from None
    write_bytes(msgspec.json.encode(answers))
    return 0
