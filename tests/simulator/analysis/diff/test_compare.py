"""Comparing answers: what counts as a change, and where two ways part."""

from simulator.analysis.diff.answers import Answer, Place, Way
from simulator.analysis.diff.compare import compare, differ
from simulator.analysis.diff.flows import Question, questions
from tests.simulator.analysis.conftest import ClusterOf

ASKED = Question("default/client", "web.default:80")
HERE, THERE = Place("node-a", "eth0", "device.transmit"), Place("node-b", "eth0", "device.receive")
SERVICES = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80, targetPort: 8080, nodePort: 30080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: c, image: nginx, ports: [{containerPort: 8080}]}]}
"""


def way(*path: Place, server: str | None = "default/web", ending: str = "delivered", seen: str = "node-a") -> Way:
    return Way(server, ending, None, seen, path)


def test_equal_answers_are_no_difference() -> None:
    assert differ(ASKED, Answer((way(HERE, THERE),)), Answer((way(HERE, THERE),))) is None


def test_the_first_step_that_differs_is_told() -> None:
    found = differ(ASKED, Answer((way(HERE, THERE),)), Answer((way(HERE, HERE),)))
    assert found is not None
    assert found.fork is not None
    assert (found.fork.step, found.fork.old, found.fork.new) == (1, THERE, HERE)
    assert [c.what for c in found.changes] == ["path"]


def test_a_way_that_ends_earlier_differs_where_it_ends() -> None:
    found = differ(ASKED, Answer((way(HERE, THERE),)), Answer((way(HERE, server=None, ending="timeout"),)))
    assert found is not None
    assert [(c.what, c.old, c.new) for c in found.changes] == [
        ("verdict", ("delivered",), ("timeout",)),
        ("endpoints", ("default/web",), ()),
    ]
    assert found.fork is not None
    assert (found.fork.step, found.fork.new) == (1, None)


def test_words_alone_are_no_difference() -> None:
    other = Place("node-a", "eth0", "device.transmit", "in other words")
    assert differ(ASKED, Answer((way(HERE),)), Answer((way(other),))) is None


def test_every_workload_asks_every_port_and_the_outside_asks_the_nodes(cluster_of: ClusterOf) -> None:
    asked = questions(cluster_of(SERVICES))
    assert Question("default/web", "web.default:80") in asked
    assert Question("internet", "node-a:30080") in asked
    assert asked == sorted(asked)


def test_what_is_too_much_is_left_out_and_counted(cluster_of: ClusterOf) -> None:
    cluster = cluster_of(SERVICES)
    found = compare(cluster, cluster, limit=1)
    assert (found.asked, found.left_out, found.differences) == (1, len(questions(cluster)) - 1, ())
