"""The browser's types are those of the server."""

from netviz.typescript import TARGET, Declarations, render
from simulator.diagnostics import Problem
from simulator.packet.headers import Tcp
from simulator.steps import Outcome


def test_the_generated_types_are_not_stale() -> None:
    assert TARGET.read_text(encoding="utf-8") == render(), (
        "static/src/protocol.ts must be written again: run `python manage.py generate_protocol`"
    )


def declared(kind: type) -> str:
    declarations = Declarations()
    declarations.add(kind)
    return "\n".join(declarations.texts())


def test_an_enum_is_a_union_of_its_values() -> None:
    assert '"not-permitted"' in declared(Outcome)
    assert "NOT_PERMITTED" not in declared(Outcome)


def test_a_tagged_struct_names_its_tag() -> None:
    assert 'readonly type: "tcp";' in declared(Tcp)


def test_a_field_that_is_left_out_when_empty_is_optional_and_one_that_is_not_may_be_null() -> None:
    text = declared(Problem)
    assert "readonly column?: number | null;" in text
    assert "readonly line: number | null;" in text
