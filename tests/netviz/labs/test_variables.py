"""Variants: the first values for seed 0, others for other seeds, no two variables alike, lines where they were."""

import pytest

from netviz.labs.reading import Problems, read_yaml
from netviz.labs.variables import draw, neutral, written

HEAD = """\
variables:
  one: [a, b, c]
  two: [a, b, c]
  port: {from: 8000, to: 8009}
  vip: {address: 10.96.10.0/24}
"""


def drawn(seed: int, head: str = HEAD) -> tuple[dict[str, str], Problems]:
    problems = Problems()
    section = read_yaml(head, "x/lab.md", 2, problems)
    assert section is not None
    return draw(section, seed), problems


def test_seed_0_has_the_first_of_each_that_is_free() -> None:
    assert drawn(0)[0] == {"one": "a", "two": "b", "port": "8000", "vip": "10.96.10.1"}


def test_other_seeds_have_other_values_and_never_the_same_twice() -> None:
    found = [drawn(seed)[0] for seed in range(1, 40)]
    assert len({tuple(values.values()) for values in found}) > 30
    assert all(values["one"] != values["two"] for values in found)
    assert drawn(7) == drawn(7)


@pytest.mark.parametrize("given", ["{from: 9, to: 1}", "[]", "{address: somewhere}", "7", "{from: 1}"])
def test_values_that_cannot_be_drawn_are_told_with_their_line(given: str) -> None:
    _, problems = drawn(0, f"variables:\n  one: {given}\n")
    assert [(p.id, p.line) for p in problems] == [("lab-wrong-value", 3)]


def test_too_few_values_are_told() -> None:
    _, problems = drawn(3, "variables:\n  one: [a]\n  two: [a]\n")
    assert [p.line for p in problems] == [4]


def test_a_name_that_is_not_declared_stays_and_is_told() -> None:
    problems = Problems()
    found = written({"lab.md": "x\n{{one}} {{ two }} {{answer}}\n"}, {"one": "a"}, "x", problems)
    assert found == {"lab.md": "x\na {{ two }} {{answer}}\n"}
    assert [(p.id, p.line, p.column) for p in problems] == [("lab-unknown-variable", 2, 9)]


def test_text_is_readable_before_its_values_are_known() -> None:
    assert neutral("to: {{ip default/{{web}}}}:{{port}}") == "to: ip-default/web:port"
