"""Reading ingress-nginx's annotations: text, truth, numbers, lists, and the line of each.

ingress-nginx: internal/ingress/annotations/parser/main.go
"""

from simulator.cluster.http.ingress_model import Ingress
from simulator.origin import Origins

PREFIX = "nginx.ingress.kubernetes.io/"
TRUE = ("true", "1", "t", "T", "TRUE", "True")
"""strconv.ParseBool"""


def text(ingress: Ingress, name: str) -> str:
    return ingress.annotations.get(PREFIX + name, "").strip()


def truth(ingress: Ingress, name: str, default: bool = False) -> bool:
    value = text(ingress, name)
    return value in TRUE if value else default


def number(ingress: Ingress, name: str, default: int) -> int:
    value = text(ingress, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else default


def words(ingress: Ingress, name: str) -> list[str]:
    return split(text(ingress, name))


def split(listed: str) -> list[str]:
    return [word for piece in listed.split(",") if (word := piece.strip())]


def origin(ingress: Ingress, name: str) -> Origins:
    if PREFIX + name not in ingress.annotations:
        return ()
    return ingress.origin("metadata", "annotations", PREFIX + name)
