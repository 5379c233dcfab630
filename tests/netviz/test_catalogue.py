"""Texts in other languages: every text of a template is in the catalogue, every catalogue is whole, and both are read."""

import ast
import gettext
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import gettext as translated
from django.utils.translation import override

from netviz.catalogue import compile_stale, compiled, messages
from netviz.refusal import Refusal

REPOSITORY = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((REPOSITORY / "locale").glob("*/LC_MESSAGES/*.po"))
SITE = REPOSITORY / "netviz"
TEMPLATES = sorted((REPOSITORY / "templates").rglob("*.html"))
PO = r"""
# A comment
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n"

#: somewhere
msgid "Close"
msgstr "Schließen"

msgctxt "a door"
msgid "Close"
msgstr "Zumachen"

msgid ""
"in two "
"lines, \"quoted\""
msgstr "in zwei"

msgid "%(count)s file"
msgid_plural "%(count)s files"
msgstr[0] "%(count)s Datei"
msgstr[1] "%(count)s Dateien"

msgid "not yet"
msgstr ""

#, fuzzy
msgid "guessed"
msgstr "geraten"
"""


def test_what_is_compiled_is_what_gettext_reads() -> None:
    read = gettext.GNUTranslations(io.BytesIO(compiled(PO)))
    assert read.gettext("Close") == "Schließen"
    assert read.pgettext("a door", "Close") == "Zumachen"
    assert read.gettext('in two lines, "quoted"') == "in zwei"
    assert [read.ngettext("%(count)s file", "%(count)s files", n) for n in (1, 3)] == [
        "%(count)s Datei",
        "%(count)s Dateien",
    ]


def test_what_nobody_translated_or_only_guessed_stays_english() -> None:
    read = gettext.GNUTranslations(io.BytesIO(compiled(PO)))
    assert [read.gettext("not yet"), read.gettext("guessed")] == ["not yet", "guessed"]


def test_only_what_has_changed_is_compiled(tmp_path: Path) -> None:
    source = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, encoding="utf-8")
    assert [path.name for path in compile_stale(tmp_path)] == ["django.mo"]
    assert compile_stale(tmp_path) == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_is_translated(catalogue: Path) -> None:
    assert [key for key, text in messages(catalogue.read_text(encoding="utf-8")) if not text] == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_of_the_templates_is_in_the_catalogue(catalogue: Path) -> None:
    """`makemessages` finds them; where this fails, it was not run after a template has changed."""
    known = {key for key, _ in messages(catalogue.read_text(encoding="utf-8"))}
    marked = {text for path in TEMPLATES for text in _marked(path.read_text(encoding="utf-8"))}
    assert sorted(marked - known) == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_refusal_is_in_the_catalogue(catalogue: Path) -> None:
    """What a refusal says stands in the code as one piece, so that it can be found here: values go in by name."""
    known = {key for key, _ in messages(catalogue.read_text(encoding="utf-8"))}
    said = {text for path in sorted(SITE.rglob("*.py")) for text in _refused(path.read_text(encoding="utf-8"))}
    assert len(said) > 100
    assert sorted(said - known) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_anything_outside_the_catalogue(template: Path) -> None:
    reader = _Words()
    reader.feed(_without_tags(template.read_text(encoding="utf-8")))
    assert [words for words in reader.found if not OF_THE_TRADE.fullmatch(words)] == []


def test_a_page_speaks_the_language_that_the_browser_asks_for(client: Client) -> None:
    english = client.get("/fidelity/").content.decode()
    german = client.get("/fidelity/", headers={"Accept-Language": "de-CH,de;q=0.9"}).content.decode()
    assert '<html lang="en">' in english
    assert ">Home<" in english
    assert '<html lang="de">' in german
    assert ">Start<" in german


@pytest.mark.django_db
def test_what_is_refused_is_refused_in_that_language_too(client: Client) -> None:
    page = client.get("/w/nowhere/", headers={"Accept-Language": "de"}).content.decode()
    assert "<h1>Unter dieser Adresse ist kein Arbeitsbereich.</h1>" in page
    answer = client.get("/api/v1/workspaces/nowhere/trace", headers={"Accept-Language": "de"}).json()
    assert (answer["code"], answer["message"]) == ("bad-question", "Wer fragt wen?")


def test_values_stand_in_a_refusal_as_the_language_writes_them() -> None:
    refusal = Refusal(413, "too-many-files", "This upload has more than {limit:,} files.", "{other}", limit=10000)
    assert (refusal.message, refusal.hint) == ("This upload has more than 10,000 files.", "{other}")
    with override("de"):
        assert refusal.message == "Dieser Upload hat mehr als 10.000 Dateien."


def test_a_language_that_was_chosen_stays(client: Client) -> None:
    answer = client.post("/language/", {"language": "de", "next": "/fidelity/#badges"})
    assert answer.headers["Location"] == "/fidelity/#badges"
    assert '<html lang="de">' in client.get("/fidelity/").content.decode()


def test_choosing_a_language_leads_to_no_other_site(client: Client) -> None:
    answer = client.post("/language/", {"language": "de", "next": "https://example.org/"})
    assert "example.org" not in answer.headers["Location"]


def test_python_speaks_it_too() -> None:
    with override("de"):
        assert translated("Close") == "Schließen"


OF_THE_TRADE = re.compile(
    r"""[· ]*NetViz|class="[\w ]+"| ?\(E\)|K7QF-3M2P|apiVersion: v1[\w\W]*|[\W\d_]+|eth0|ttl \d+|TCP SYN|PREROUTING|FORWARD|POSTROUTING|node-a|web-2|VNI \d|REJECT"""
    r"""|Shift|Space|Home|End|Page(Up|Down)|Esc|Enter|Ctrl|[A-Z]"""
)
"""Names, addresses and keys: the same in every language."""


def _refused(source: str) -> Iterator[str]:
    """Message and hint of every Refusal; where they have a name in between, what it was given."""
    tree = ast.parse(source)
    named: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            named.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) not in ("Refusal", "full", "quotas.full", "stale"):
            continue
        words = node.args[2:4] if ast.unparse(node.func) == "Refusal" else node.args[:1]
        for word in words:
            for value in named.get(word.id, []) if isinstance(word, ast.Name) else [word]:
                assert not isinstance(value, ast.JoinedStr), ast.unparse(value)
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


class _Words(HTMLParser):
    """What a reader would see or hear of a page."""

    SPOKEN = {"aria-label", "title", "placeholder", "alt", "aria-description"}

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in self.SPOKEN and value and value.strip()]

    def handle_data(self, data: str) -> None:
        self.found += [line.strip() for line in data.splitlines() if line.strip()]


TRANSLATED = re.compile(r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
MARKED = re.compile(r"""{%\s*translate\s+(?:"([^"]*)"|'([^']*)')""")


def _without_tags(template: str) -> str:
    return TAG.sub("", TRANSLATED.sub("", template))


def _marked(template: str) -> Iterator[str]:
    for double, single in MARKED.findall(template):
        yield double or single
