"""Objects that are not what they were."""

from simulator.analysis.diff.things import changed_objects
from simulator.cluster import build_cluster
from simulator.manifests import SourceFile, read_manifests

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: nginx, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"""


def cluster(text: str):
    return build_cluster(read_manifests([SourceFile("a.yaml", text.encode())]))


def changed(old: str, new: str):
    return changed_objects(cluster(old), cluster(new))


def test_nothing_changes_between_the_same_manifests():
    assert changed(WEB, WEB) == []


def test_a_field_is_told_by_its_path_with_both_values():
    service = next(one for one in changed(WEB, WEB.replace("targetPort: 8080", "targetPort: 9090")))
    assert (service.object, service.what, service.derived) == ("Service default/web", "changed", False)
    assert [(f.path, f.old, f.new) for f in service.fields] == [("spec.ports[0].targetPort", "8080", "9090")]


def test_what_people_wrote_comes_before_what_controllers_make_of_it():
    found = changed(WEB, WEB.replace("selector: {app: web}", "selector: {app: wbe}"))
    assert [(one.object.split()[0], one.derived) for one in found] == [("Service", False), ("EndpointSlice", True)]


def test_objects_come_and_go():
    found = changed(
        WEB, WEB.replace("metadata: {name: web}\nspec: {selector", "metadata: {name: shop}\nspec: {selector")
    )
    by_name = {one.object: one.what for one in found}
    assert by_name["Service default/shop"] == "added"
    assert by_name["Service default/web"] == "removed"


def test_a_field_that_was_not_there_has_no_old_value():
    found = changed(WEB, WEB.replace("{port: 80,", "{port: 80, name: http,"))
    assert ("spec.ports[0].name", None, "http") in [(f.path, f.old, f.new) for f in found[0].fields]


def test_many_fields_are_counted_and_long_values_cut():
    more = WEB.replace(
        "metadata: {name: web}\nspec: {selector", "metadata: {name: web, annotations: {%s}}\nspec: {selector"
    )
    found = changed(WEB, more % ", ".join(f"a{n}: {'x' * 500}" for n in range(20)))
    assert len(found[0].fields) == 1
    assert found[0].fields[0].old is None
    assert len(found[0].fields[0].new or "") <= 120
