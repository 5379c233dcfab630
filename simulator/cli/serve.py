"""netviz serve: the web page. Everything of it lives in netviz/, which is imported only here."""

import argparse

from simulator.cli.failure import Failure


def run(args: argparse.Namespace) -> int:
    if not 0 <= args.port <= 65535:
        raise Failure(f"--port {args.port} is not a port.", "Ports go from 0 to 65535.")
    from netviz.serve import serve

    serve(host=args.host, port=args.port, lan=args.lan, ephemeral=args.ephemeral)
    return 0
