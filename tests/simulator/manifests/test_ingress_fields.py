"""An Ingress in v1 with v1beta1's fields is told field by field, with the line and what to write."""

from simulator.manifests import SourceFile, read_manifests

OLD = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
    - http:
        paths:
          - path: /*
            backend:
              serviceName: web
              servicePort: 80
"""


def told(text: str) -> list[tuple[int | None, str, str]]:
    found = read_manifests([SourceFile("shop.yaml", text.encode())])
    return [(p.line, p.message, p.hint) for p in found.problems if p.id == "old-field"]


def test_the_old_backend_and_the_missing_path_type_are_told() -> None:
    backend, path_type = told(OLD)
    assert backend[0] == 11
    assert "service: {name: web, port: {number: 80}}" in backend[2]
    assert path_type[0] == 9
    assert "pathType" in path_type[1]


def test_the_old_version_itself_may_have_them() -> None:
    assert told(OLD.replace("networking.k8s.io/v1", "networking.k8s.io/v1beta1")) == []


def test_a_sound_one_has_nothing_to_tell() -> None:
    new = OLD.split("          - path", maxsplit=1)[0] + (
        "          - path: /\n            pathType: Prefix\n            backend:\n"
        "              service: {name: web, port: {number: 80}}\n"
    )
    assert told(new) == []
