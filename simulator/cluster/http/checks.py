"""What is wrong with Ingresses, Gateways and routes, for `netviz check`: each with the line that it is about."""

from collections.abc import Mapping

from simulator.cluster.http.gateway_checks import check_gateways
from simulator.cluster.http.ingress_checks import check_ingresses
from simulator.cluster.http.web import Web
from simulator.cluster.model import Service
from simulator.cluster.problems import Problems


def check_web(web: Web, services: Mapping[str, Service], problems: Problems) -> None:
    check_ingresses(web, services, problems)
    check_gateways(web, problems)
