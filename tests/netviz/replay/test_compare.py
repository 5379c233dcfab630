"""Model against kernel: equal, or where they part."""

from netviz.replay.compare import Branch, differences, judge

HOP = {"ns": "node-a", "dev": "eth0", "dir": "out", "src": "1.1.1.1", "dst": "2.2.2.2", "proto": "TCP", "ttl": 63}


def outcome(**changes: object) -> dict:
    return {"result": "connected", "server": "shop/web-1", "request": [HOP], "reply": [], "conntrack": {}} | changes


def test_the_same_is_equal() -> None:
    assert differences(outcome(), outcome()) == []


def test_the_first_frame_that_differs_is_told_by_its_fields() -> None:
    found = differences(outcome(), outcome(request=[HOP | {"ttl": 62}, HOP]))
    assert found == ["request, frame 1 (node-a eth0 out): ttl is 62, not 63"]


def test_a_frame_that_is_missing_is_told() -> None:
    assert differences(outcome(), outcome(request=[])) == [
        "request, frame 1: the kernel has nothing, the model node-a eth0 out"
    ]


def test_entries_have_no_order_and_hosts_without_any_do_not_count() -> None:
    one, two = {"proto": "TCP", "orig": 1}, {"proto": "TCP", "orig": 2}
    assert not differences(
        outcome(conntrack={"node-a": [one, two], "node-b": []}), outcome(conntrack={"node-a": [two, one]})
    )
    assert differences(outcome(conntrack={"node-a": [one]}), outcome(conntrack={"node-a": [one, one]}))


def test_the_kernel_is_held_against_the_branch_that_it_took() -> None:
    branches = [Branch(outcome()), Branch(outcome(server="shop/web-2", reply=[HOP]))]
    verdict, taken = judge("01", branches, outcome(server="shop/web-2"))
    assert verdict.model["server"] == "shop/web-2"
    assert not verdict.equal
    assert taken is branches[1]
    assert judge("01", branches, outcome())[0].equal


def test_entries_that_a_kernel_does_not_show_are_not_compared() -> None:
    assert not differences(outcome(conntrack={"node-a": [{"proto": "TCP"}]}), outcome(conntrack=None))
