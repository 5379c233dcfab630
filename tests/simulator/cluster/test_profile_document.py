"""ClusterProfile documents: settings in an upload."""

DOCUMENT = """
apiVersion: netviz.dev/v1
kind: ClusterProfile
metadata: {name: ours}
spec:
  overlay: vxlan
  cni: {hairpinMode: false}
  clusterCIDR: [10.0.0.0/16, "fd00::/56"]
  sysctl: {net.ipv4.ip_forward: 0}
"""


def test_its_settings_hold(cluster_of):
    profile = cluster_of(DOCUMENT).profile
    assert (profile.overlay, profile.hairpin_mode, profile.sysctl["net.ipv4.ip_forward"]) == ("vxlan", False, "0")
    assert list(map(str, profile.cluster_cidrs)) == ["10.0.0.0/16", "fd00::/56"]
    assert "overlay" not in [a.key for a in cluster_of(DOCUMENT).assumptions]


def test_the_command_line_wins(cluster_of):
    profile = cluster_of(DOCUMENT, settings={"overlay": "host-gw"}).profile
    assert (profile.overlay, profile.hairpin_mode) == ("host-gw", False)


def test_what_is_wrong_is_a_problem_with_its_line_and_the_rest_holds(cluster_of, problem_of):
    wrong = DOCUMENT.replace("vxlan", "pigeon")
    problem = problem_of("invalid-setting", wrong)
    assert "pigeon" in problem.message
    assert problem.line == 6
    profile = cluster_of(wrong).profile
    assert (profile.overlay, profile.hairpin_mode) == ("host-gw", False)


def test_an_unknown_key_is_a_problem(problem_of):
    assert 'Did you mean "overlay"?' in problem_of("invalid-setting", DOCUMENT.replace("overlay:", "overlya:")).hint


def test_it_is_no_object_of_the_cluster(cluster_of):
    assert cluster_of(DOCUMENT).others == ()


def test_the_order_of_settings_does_not_matter(cluster_of):
    moved = DOCUMENT + "  router: 10.9.0.254\n  underlay: 10.9.0.0/24\n"
    assert str(cluster_of(moved).profile.router_address) == "10.9.0.254"
