"""Secret values never get past the reading of an upload, however they are written."""

import re

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.manifests import SourceFile, read_manifests
from simulator.manifests.masking import DOTS, mask_secrets

VALUE = "hunter2"
HEAD = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

WRITTEN = {
    "a plain value": HEAD + "stringData:\n  p: hunter2\n",
    "a block scalar": HEAD + "stringData:\n  p: |\n    hunter2\n\n    hunter2\n",
    "a block scalar with an indentation indicator": HEAD + "stringData:\n  p: |2-\n    hunter2\n",
    "a tagged block scalar": HEAD + "data:\n  p: !!binary |\n    hunter2\n",
    "a flow mapping": "{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {p: hunter2}}\n",
    "flow inside block": HEAD + "stringData: {p: hunter2,\n  q: hunter2}\n",
    "a quoted value whose lines are not indented": HEAD + 'stringData:\n  p: "a\nhunter2"\ntype: Opaque\n',
    "a plain value of several lines": HEAD + "stringData:\n  p: one\n    hunter2\n",
    "an item of a list, data first": "- data:\n    p: hunter2\n  kind: Secret\n  apiVersion: v1\n  metadata: {name: a}\n",
    "an item of a SecretList": "apiVersion: v1\nkind: SecretList\nitems:\n- metadata: {name: a}\n  data: {p: hunter2}\n",
    "a kind with an escape": HEAD.replace("Secret", '"\\x53ecret"') + "stringData:\n  p: hunter2\n",
    "a kind with a tag": HEAD.replace("Secret", "!!str Secret") + "stringData:\n  p: hunter2\n",
    "a kind with an anchor": HEAD.replace("Secret", "&k Secret") + "stringData:\n  p: hunter2\n",
    "a kind on the next line": HEAD.replace("Secret", "\n  Secret") + "stringData:\n  p: hunter2\n",
    "explicit keys": HEAD.replace("kind:", "? kind\n:") + "? stringData\n:\n  p: hunter2\n",
    "a value behind an alias": HEAD + "x: &v hunter2\nstringData:\n  p: *v\n",
    "a merged mapping": HEAD + "x: &v {p: hunter2}\nstringData:\n  <<: *v\n",
    "an anchored mapping": HEAD + "stringData: &d\n  p: hunter2\n",
    "data that is a list": HEAD + "data:\n- hunter2\n- p: hunter2\n",
    "data that is text": HEAD + "data: hunter2\n",
    "a misspelt field": HEAD + "stringdata:\n  p: hunter2\n",
    "data that slipped into metadata": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  data:\n    p: hunter2\n",
    "comments between values": HEAD + "stringData:\n  # was hunter2\n  p: x # hunter2\n# and hunter2\n",
    "line separators of Unicode": (HEAD + "stringData:\n  p: hunter2\n").replace("\n", "\u2028"),
    "next-line characters": (HEAD + "stringData:\n  p: hunter2\n").replace("\n", "\x85"),
    "Windows line ends": (HEAD + "stringData:\n  p: hunter2\n").replace("\n", "\r\n"),
    "characters beyond the first plane before it": HEAD + 'type: "\U0001f600"\nstringData:\n  p: hunter2\n',
    "a last-applied block": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  annotations:\n"
    f'    {LAST_APPLIED}: |\n      {{"kind":"Secret","data":{{"p":"hunter2"}}}}\n',
    "a last-applied text of a list": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n"
    f'    {LAST_APPLIED}: \'{{"kind":"Secret","data":{{"p":"hunter2"}}}}\'\n',
    "JSON": '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"stringData":{"p":"hunter2"}}',
    "JSON with escapes": '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"stringData":{"p":"hunter2\\/"}}',
    "JSON with a stray comma": '{"kind":"Secret","metadata":{"name":"a"},"stringData":{"p":"hunter2"},}',
    "JSON of a SecretList": '{"kind":"SecretList","items":[{"metadata":{"name":"a"},"data":{"p":"hunter2"}}]}',
    "a JSON stream": '{"kind":"Secret","stringData":{"p":"hunter2"}}\n{"kind":"Pod"}\n',
}
BROKEN = {
    "a bracket left open": HEAD + "stringData:\n  p: hunter2\n bad: [\nq: hunter2\n",
    "wrong indentation": "kind: Secret\nmetadata:\n  name: a\n stringData:\n p: hunter2\nq: hunter2\n",
    "tabs": HEAD + "stringData:\n\tp: hunter2\n",
    "lost line breaks": "apiVersion: v1kind: Secretmetadata: name: astringData: p: hunter2\n",
    "line breaks turned into spaces": "apiVersion: v1 kind: Secret metadata: name: a stringData: p: hunter2\n",
    "JSON cut short": '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"stringData":{"p":"hunter2"',
    "a template": HEAD + "{{- if .x }}\nstringData:\n  p: hunter2\n{{- end }}\n  q: hunter2\n",
    "only a kind": "kind: Secret\npassword: hunter2\nx: [\n",
}


def everything(text: str) -> str:
    """All that reading an upload gives away."""
    read = read_manifests([SourceFile("a.yaml", text.encode())])
    return repr(([m.body for m in read.manifests], read.problems, dict(read.texts)))


@pytest.mark.parametrize("written", [*WRITTEN, *BROKEN])
def test_no_way_of_writing_a_secret_shows_its_value(written: str):
    text = (WRITTEN | BROKEN)[written]
    masked = mask_secrets(text)
    assert VALUE not in masked
    assert VALUE not in everything(text)
    assert masked.count("\n") == text.count("\n")


@pytest.mark.parametrize("written", [*WRITTEN, *BROKEN])
def test_masking_what_is_masked_changes_nothing(written: str):
    masked = mask_secrets((WRITTEN | BROKEN)[written])
    assert mask_secrets(masked) == masked


@pytest.mark.parametrize("written", [name for name in WRITTEN if name != "a JSON stream"])
def test_masked_text_still_parses(written: str):
    list(yaml.compose_all(mask_secrets(WRITTEN[written]), yaml.SafeLoader))


@pytest.mark.parametrize("written", BROKEN)
def test_a_secret_that_does_not_parse_is_withheld_whole(written: str):
    kept = re.sub(rf"{DOTS}|kind: Secret|[{{}}\s-]", "", mask_secrets(BROKEN[written]))
    assert kept == ""


def test_a_withheld_secret_is_told_with_its_line_and_costs_only_itself():
    text = (
        "kind: Namespace\napiVersion: v1\nmetadata: {name: one}\n---\n"
        + BROKEN["tabs"]
        + ("---\nkind: Namespace\napiVersion: v1\nmetadata: {name: two}\n")
    )
    read = read_manifests([SourceFile("a.yaml", text.encode())])
    assert [m.name for m in read.manifests] == ["one", "two"]
    assert [(p.id, p.line) for p in read.problems] == [("yaml-unreadable", 9)]


def test_a_withheld_template_is_still_told_as_a_template():
    read = read_manifests([SourceFile("templates/a.yaml", BROKEN["a template"].encode())])
    assert [p.id for p in read.problems] == ["helm-template"]


def test_names_kinds_and_keys_stay_readable():
    text = (
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  labels: {app: db}\ntype: Opaque\ndata:\n  user: eA==\n"
    )
    assert mask_secrets(text) == text.replace("eA==", f'"{DOTS}"')


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  note: about a Secret\n",
        "spec:\n  tls:\n  - certificateRefs:\n    - {kind: Secret, name: cert, namespace: web}\n",
        "kind: Pod\nspec:\n  containers:\n  - env:\n    - valueFrom: {secretKeyRef: {name: db, key: password}}\n",
    ],
)
def test_what_only_speaks_of_secrets_stays_as_it_is(text: str):
    assert mask_secrets(text) == text


def test_a_configmap_beside_a_secret_in_a_list_keeps_its_data():
    text = (
        "apiVersion: v1\nkind: List\nitems:\n- kind: Secret\n  apiVersion: v1\n  metadata: {name: a}\n"
        "  data: {p: hunter2}\n- kind: ConfigMap\n  apiVersion: v1\n  metadata: {name: b}\n  data: {open: shown}\n"
    )
    masked = mask_secrets(text)
    assert "hunter2" not in masked
    assert "shown" in masked


def test_a_stray_quote_that_swallows_the_values_does_not_show_them():
    for text in (
        "kind: Secret\nmetadata:\n  name: 'a\nstringData:\n  key: hunter2\n'\n",
        "metadata:\n  name: a\nkind: 'Secret\nstringData:\n  key: hunter2\n'\n",
    ):
        masked = mask_secrets(text)
        assert "hunter2" not in masked
        assert masked.count("\n") == text.count("\n")


PLANTED = "pl4nted-s3cret"
AROUND = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@example(before="'", after="'", style="plain")
@given(before=AROUND, after=AROUND, style=st.sampled_from(["plain", '"', "|", ">-", "json"]))
def test_a_planted_value_is_gone_whatever_stands_around_it(before: str, after: str, style: str):
    value = {"plain": PLANTED, '"': f'"{before}{PLANTED}{after}"', "json": f"{{x: {PLANTED}}}"}.get(
        style, f"{style}\n    {PLANTED}"
    )
    text = f"kind: Secret\nmetadata:\n  name: {before}\nstringData:\n  key: {value}\n{after}\n"
    masked = mask_secrets(text)
    assert PLANTED not in masked
    assert masked.count("\n") == text.count("\n")


@given(st.text())
def test_any_text_keeps_its_number_of_lines(text: str):
    text = text.encode("utf-8", "ignore").decode()
    for tried in (text, HEAD + text, HEAD + "data:\n  p: " + text):
        assert mask_secrets(tried).count("\n") == tried.count("\n")
