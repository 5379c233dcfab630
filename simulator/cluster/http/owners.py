"""Which ingress controller takes which Ingresses."""

from collections.abc import Iterator

import msgspec

from simulator.cluster.cluster import Cluster
from simulator.cluster.http.annotations import PREFIX
from simulator.cluster.http.ingress_model import GCE, NGINX, OTHER, WELL_KNOWN, Ingress
from simulator.cluster.http.web import Web
from simulator.origin import Origins


class Controller(msgspec.Struct, frozen=True):
    """An ingress controller, the names of its classes and what it takes. `assumed`: nobody wrote its IngressClass.

    `alone`: the Ingress that has a load balancer for itself, as each has in Google's cloud.
    """

    name: str
    classes: tuple[str, ...]
    flavour: str
    ingresses: tuple[Ingress, ...]
    assumed: bool = False
    alone: str = ""
    origins: Origins = ()

    @property
    def label(self) -> str:
        """A word for it: the first of its classes, and the Ingress where there is only one."""
        word = self.classes[0] if self.classes else "controller"
        return f"{word}-{self.alone.replace('/', '-')}" if self.alone else word


def controllers(cluster: Cluster) -> tuple[Controller, ...]:
    """Those of the IngressClasses that are there; where there is none, one is assumed for each class that is named."""
    web = cluster.web
    found: list[Controller] = []
    for controller in dict.fromkeys(one.controller for one in web.ingress_classes.values()):
        classes = [one for one in web.ingress_classes.values() if one.controller == controller]
        names = {one.name for one in classes}
        taken = tuple(i for i in web.ingresses.values() if i.class_name in names)
        label = "IngressClass " + ", ".join(sorted(names))
        flavour, origins = classes[0].flavour, classes[0].origin()
        found.append(Controller(label, tuple(sorted(names)), flavour, taken, origins=origins))
    if web.ingress_classes:
        return tuple(each for one in found for each in _parted(one))
    left = list(web.ingresses.values())
    for name in dict.fromkeys(i.class_name for i in left):
        taken = tuple(i for i in left if i.class_name == name)
        label = f"the class {name}" if name else "an ingress controller"
        found.append(Controller(label, (name,) if name else (), _flavour(name, taken), taken, assumed=True))
    return tuple(each for one in found for each in _parted(one))


def _parted(one: Controller) -> Iterator[Controller]:
    """GCE makes a load balancer of each Ingress: none knows the others' rules, each has an address of its own.

    https://cloud.google.com/kubernetes-engine/docs/concepts/ingress
    """
    if one.flavour != GCE or len(one.ingresses) < 2:
        yield one
        return
    for ingress in one.ingresses:
        changes = {"name": f"{one.name}, {ingress.ref}", "ingresses": (ingress,), "alone": ingress.key}
        yield msgspec.structs.replace(one, **changes)


def flavour_of(web: Web, ingress: Ingress) -> str:
    """Whose behaviour is meant: by the IngressClass, else by the name of the class, else by the annotations."""
    if web.ingress_classes:
        known = web.ingress_classes.get(ingress.class_name or "")
        return known.flavour if known is not None else WELL_KNOWN.get(ingress.class_name or "", OTHER)
    return _flavour(ingress.class_name, (ingress,))


def _flavour(name: str | None, ingresses: tuple[Ingress, ...]) -> str:
    """Of a class that nobody has written: who annotates for ingress-nginx is taken to have it."""
    found = WELL_KNOWN.get(name or "")
    if found is None and any(key.startswith(PREFIX) for one in ingresses for key in one.annotations):
        return NGINX
    return found or OTHER
