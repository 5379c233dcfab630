"""The command `netviz`: read manifests, ask the simulator, print the answer.

Exit status: 0 done, 1 the answer is no, 2 wrong usage or a path that cannot be read. A command's module is imported
when the command is used, so that a small question costs little.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from simulator.cli.failure import Failure
from simulator.cli.output import clean

OK = 0
NO = 1
USAGE = 2

TRACE_FORMATS = ("text", "json", "wire", "html", "pcapng", "mermaid", "markdown")
DEPTHS = ("plain", "mechanism", "kernel")
OUTCOMES = (
    "delivered", "connected", "refused", "rejected", "timeout", "unreachable", "not-permitted", "nxdomain",
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    args = parser().parse_args(argv)
    _import_msgspec()
    try:
        status: int = import_module(f"simulator.cli.{args.command.replace('-', '_')}").run(args)
        sys.stdout.flush()
        return status
    except Failure as failure:
        print(f"netviz: {clean(failure.message)}", file=sys.stderr)
        if failure.hint:
            print(f"  hint: {clean(failure.hint)}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        # Whoever read our output (head, less) has seen enough; what is still buffered has no place to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return 130


PROXY_FLOW = "Read one case of kube-proxy's packet-flow tests (JSON) and say where the rules send each packet."
CONFORMANCE = """\
conformance:
    proxy-flow  where kube-proxy's rules send the packets of one case, on standard input
"""
"""Commands for those who check NetViz; argparse lists no second group by itself."""


def _import_msgspec() -> None:
    """Import msgspec without typing_extensions: where that is installed, msgspec prefers it, and it costs 20 ms."""
    name = "typing_extensions"
    if name in sys.modules:
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        import_module("msgspec")
    finally:
        del sys.modules[name]


def parser() -> argparse.ArgumentParser:
    """All commands and options."""
    top = argparse.ArgumentParser(
        prog="netviz",
        description="See how packets travel through a Kubernetes cluster.",
        epilog=CONFORMANCE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _trace(commands.add_parser("trace", help="follow one packet, there and back", allow_abbrev=False))
    _why(commands.add_parser("why", help="why a packet does not arrive, and what would mend it", allow_abbrev=False))
    _diff(commands.add_parser("diff", help="which flows become different", allow_abbrev=False))
    _connectivity(commands.add_parser("connectivity", help="who may reach whom, all pairs", allow_abbrev=False))
    _request(commands.add_parser("request", help="an HTTP request through an Ingress or a Gateway", allow_abbrev=False))
    _objects(commands.add_parser("objects", help="the completed cluster, as Kubernetes objects", allow_abbrev=False))
    _rules(commands.add_parser("rules", help="the rules that kube-proxy writes on a node", allow_abbrev=False))
    _check(commands.add_parser("check", help="every problem in the manifests", allow_abbrev=False))
    _proxy_flow(commands.add_parser("proxy-flow", description=PROXY_FLOW, allow_abbrev=False))
    _replay(commands.add_parser("replay", help="the same packets through a real kernel (root)", allow_abbrev=False))
    _lab(commands.add_parser("lab", help="the labs, and what is wrong with one", allow_abbrev=False))
    _serve(commands.add_parser("serve", help="the web page", allow_abbrev=False))
    return top


def _add_paths(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths", nargs="+", metavar="PATH", help="a file, a folder, an archive, or - for standard input"
    )
    _add_settings(command)


def _add_settings(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="KEY=VALUE",
        help="say what the manifests do not, as in overlay=vxlan (may be repeated)",
    )


def _add_flow(command: argparse.ArgumentParser, required: bool) -> None:
    command.add_argument(
        "--from", dest="source", required=required, metavar="SRC",
        help="NAMESPACE/POD[/CONTAINER], NAMESPACE/WORKLOAD, a node, or internet",
    )  # fmt: skip
    command.add_argument("--to", dest="target", required=required, metavar="DST", help="IP:PORT, NAME:PORT or a URL")
    command.add_argument("--protocol", default="TCP", metavar="NAME", help="TCP (default), UDP, SCTP or ICMP")
    command.add_argument("--via", metavar="NODE", help="the node that the router outside hands the address to")
    command.add_argument("--seed", type=int, default=0, metavar="N", help="decides what Linux leaves to chance")
    _add_faults(command)
    command.add_argument("--size", type=int, default=0, metavar="N", help="bytes of data that are sent, each way")


def _add_faults(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--fault", action="append", default=[], dest="faults", metavar="KIND:TARGET",
        help="break something first, as in node-cut:node-b (may be repeated; docs/faults.md lists the kinds)",
    )  # fmt: skip


def _trace(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    _add_flow(command, required=False)
    command.add_argument(
        "--flows", metavar="FILE", help='many flows: {"flows": [{"id", "src", "dst", "port", "proto"}]}'
    )
    command.add_argument("--format", choices=TRACE_FORMATS, default="text")
    command.add_argument("--output", metavar="FILE", help="where html, pcapng, mermaid or markdown goes")
    command.add_argument("--depth", choices=DEPTHS, default="plain", help="how deep the text form explains")
    command.add_argument("--branches", choices=("all",), help="follow every random choice")
    command.add_argument("--pick", metavar="POD", help="let chance choose this pod")
    command.add_argument(
        "--connections", type=int, default=1, metavar="N",
        help="open N connections one after the other: what one leaves behind, the next one meets",
    )  # fmt: skip
    command.add_argument("--expect", choices=OUTCOMES, metavar="OUTCOME", help="exit 1 unless it ends so")


def _why(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    _add_flow(command, required=False)
    command.add_argument(
        "--probe",
        metavar="NS/POD",
        help="in place of --from and --to: do the kubelet's probes of this pod get through?",
    )
    command.add_argument("--format", choices=("text", "json", "patch"), default="text",
                         help="patch: only the best change that was tried, as a unified diff")  # fmt: skip


def _diff(command: argparse.ArgumentParser) -> None:
    for name, help_ in (("old", "before: a file, a folder or an archive"), ("new", "after")):
        command.add_argument(name, metavar=name.upper(), help=help_)
    _add_settings(command)
    command.add_argument("--format", choices=("text", "json", "markdown"), default="text")


def _connectivity(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    command.add_argument("--format", choices=("text", "json", "markdown", "csv"), default="text")


def _request(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    command.add_argument("--url", required=True, metavar="URL", help="what the client asks for, http://shop.example/")
    command.add_argument("--method", default="GET", metavar="NAME")
    command.add_argument("--header", action="append", default=[], metavar="NAME:VALUE", help="(may be repeated)")
    command.add_argument(
        "--via", metavar="DOOR", help="gateway/NAMESPACE/NAME[:PORT], ingress[/CLASS] or mesh; else by the URL's host"
    )
    command.add_argument("--from", dest="source", metavar="SRC", help="with --via mesh: NAMESPACE/WORKLOAD that asks")
    command.add_argument("--client", metavar="IP", help="the client's address; by default the one outside")
    command.add_argument("--sni", metavar="NAME", help="the name in the TLS handshake, where it is not the URL's")
    command.add_argument("--backend-response-header", action="append", default=[], metavar="NAME:VALUE",
                         help="a header that the backend puts on its answer (may be repeated)")  # fmt: skip
    command.add_argument("--controller-config", action="append", default=[], metavar="KEY=VALUE",
                         help="an entry of ingress-nginx's ConfigMap (may be repeated)")  # fmt: skip
    command.add_argument("--seed", type=int, default=0, metavar="N", help="decides what weights leave to chance")
    command.add_argument("--branches", choices=("all",), help="follow every random choice")
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.add_argument("--expect", metavar="STATUS", help="exit 1 unless it ends so: a status, delivered or rejected")


def _objects(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    command.add_argument("--kind", metavar="KIND", help="only this kind, as in EndpointSlice")
    command.add_argument("--format", choices=("yaml", "json"), default="yaml")


def _rules(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    command.add_argument("--node", required=True, metavar="NODE")
    command.add_argument("--format", choices=("save",), default="save", help="as iptables-save prints them")
    command.add_argument("--family", choices=("ipv4", "ipv6"), default="ipv4")
    command.add_argument("--all", action="store_true", help="with the CNI plugin's masquerade and the policies' rules")


def _check(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    command.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    command.add_argument("--pages", metavar="URL", help="where docs/problems is published; json and sarif link there")


def _proxy_flow(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("json",), default="json")


def _replay(command: argparse.ArgumentParser) -> None:
    _add_paths(command)
    command.add_argument("--flows", metavar="FILE", help="the flows, as for trace --flows")
    _add_faults(command)
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.add_argument("--script", action="store_true", help="print the set-up as a shell script instead")


def _lab(command: argparse.ArgumentParser) -> None:
    actions = command.add_subparsers(dest="action", metavar="ACTION", required=True)
    listed = actions.add_parser("list", help="all labs, in the order of the course", allow_abbrev=False)
    listed.add_argument("--format", choices=("text", "json"), default="text")
    checked = actions.add_parser("check", help="start, solution and questions of labs, tried out", allow_abbrev=False)
    checked.add_argument("folders", nargs="*", metavar="FOLDER")
    checked.add_argument("--all", action="store_true", help="the labs that come with NetViz, and those of NETVIZ_LABS")
    checked.add_argument("--seeds", type=int, default=20, metavar="N", help="so many variants of each (20)")
    checked.add_argument("--format", choices=("text", "json"), default="text")


def _serve(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=8000)
    command.add_argument("--lan", action="store_true", help="let other machines in, and print the addresses")
    command.add_argument("--ephemeral", action="store_true", help="keep nothing after the end")
