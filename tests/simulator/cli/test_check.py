"""netviz check: every problem with its place, for people, for programs and for code hosts; whatever is uploaded."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "public"
MISSING = pytest.param(None, marks=pytest.mark.skip("needs ../shared (the manifest corpus), which is not here"))
SETS = sorted(CORPUS.iterdir()) if CORPUS.is_dir() else [MISSING]

BROKEN = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: Not_A_Name\nspec:\n  containers: 3\n"


@pytest.fixture
def broken(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text(BROKEN)
    return path


def test_an_error_is_status_1_and_none_is_status_0(netviz, tmp_path, broken):
    (tmp_path / "good.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n")
    assert netviz("check", tmp_path / "good.yaml").status == 0
    assert netviz("check", broken).status == 1


def test_a_problem_is_told_with_file_line_and_hint(netviz, broken):
    ran = netviz("check", broken)
    assert f"{broken}:" in ran.out
    assert ": error " in ran.out
    assert "hint: " in ran.out
    assert ran.out.splitlines()[-1].split(",")[0].endswith(("error", "errors"))


def test_the_json_has_the_fields_of_the_contract(netviz, broken):
    problems = netviz("check", broken, "--format", "json").json["problems"]
    assert problems
    for problem in problems:
        assert {"level", "id", "message", "hint", "file", "line"} <= set(problem)
        assert set(problem) <= {"level", "id", "message", "hint", "file", "line", "column", "object", "page"}
        assert problem["level"] in ("error", "warning", "info")


def test_sarif_has_a_rule_and_a_place_for_every_result(netviz, broken):
    told = netviz("check", broken, "--format", "sarif").json
    (run,) = told["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert told["version"] == "2.1.0"
    for result in run["results"]:
        assert result["ruleId"] in rules
        assert result["level"] in ("error", "warning", "note")
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == str(broken)


def test_every_problem_has_the_page_that_explains_it(netviz, broken):
    for problem in netviz("check", broken, "--format", "json").json["problems"]:
        assert (REPOSITORY / problem["page"]).is_file()
    published = netviz("check", broken, "--format", "json", "--pages", "https://docs.example.com/p/").json["problems"]
    assert [p["page"] for p in published] == [f"https://docs.example.com/p/{p['id']}.md" for p in published]


def test_a_sarif_rule_carries_its_page_and_where_it_is(netviz, broken):
    (rule, *_) = netviz("check", broken, "--format", "sarif").json["runs"][0]["tool"]["driver"]["rules"]
    assert rule["helpUri"] == (REPOSITORY / "docs" / "problems" / f"{rule['id']}.md").as_uri()
    assert rule["shortDescription"]["text"] == "A name that Kubernetes does not allow"
    assert "For example:" in rule["help"]["markdown"]
    elsewhere = netviz("check", broken, "--format", "sarif", "--pages", "https://docs.example.com/p").json
    (rule, *_) = elsewhere["runs"][0]["tool"]["driver"]["rules"]
    assert rule["helpUri"] == f"https://docs.example.com/p/{rule['id']}.md"


@pytest.mark.parametrize("folder", SETS, ids=lambda folder: getattr(folder, "name", ""))
def test_every_set_of_real_manifests_can_be_checked(netviz, folder: Path):
    ran = netviz("check", folder, "--format", "json")
    assert ran.status in (0, 1)
    problems = ran.json["problems"]
    assert ran.status == int(any(p["level"] == "error" for p in problems))
    assert all(p["message"] and p["id"] for p in problems)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("two-containers.yaml", 0),
        ("deny-all.yaml", 0),
        ("ingress-gce.yaml", None),
        ("ingress-run-on.yaml", 1),
        ("networkpolicy-run-on.yaml", 1),
    ],
)
def test_the_examples_that_the_project_started_from(netviz, shared, name: str, status: int | None):
    ran = netviz("check", shared / "corpus" / "seeds" / name, "--format", "json")
    assert ran.status in ((0, 1) if status is None else (status,))
    assert all(p["message"] for p in ran.json["problems"])
