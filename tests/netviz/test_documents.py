"""Documents as pages: the Markdown that docs/ is written in, and nothing of it ever as HTML."""

from django.test import Client

from netviz.documents import anchor, blocks, spans


def kinds(text: str) -> list[str]:
    return [block.kind for block in blocks(text)]


def test_a_document_is_headings_paragraphs_lists_tables_and_code() -> None:
    text = "# Title\n\nWords\nthat go on.\n\n## Part\n- one\n  goes on\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx = 1\n\ny = 2\n```\n"
    assert kinds(text) == ["heading", "paragraph", "heading", "list", "table", "code"]
    found = list(blocks(text))
    assert [span.text for span in found[1].spans] == ["Words that go on."]
    assert [item[0].text for item in found[3].items] == ["one goes on", "two"]
    assert [[cell[0].text for cell in row] for row in found[4].rows] == [["a", "b"], ["1", "2"]]
    assert found[5].spans[0].text == "x = 1\n\ny = 2"


def test_comments_are_left_out() -> None:
    assert kinds("<!-- made by\n\na program -->\nWords") == ["paragraph"]


def test_words_have_kinds() -> None:
    found = spans("is **not** `modelled`, see [the site](https://example.org) and [ours](other.md)")
    assert [(span.kind, span.text) for span in found] == [
        ("plain", "is "),
        ("strong", "not"),
        ("plain", " "),
        ("code", "modelled"),
        ("plain", ", see "),
        ("link", "the site"),
        ("plain", " and "),
        ("plain", "ours"),
    ]


def test_a_link_to_a_problem_is_one_to_its_page(client: Client) -> None:
    index = client.get("/problems/").content.decode()
    assert '<a href="/problems/selector-matches-nothing/">selector-matches-nothing</a>' in index
    assert client.get("/problems/no-such-problem/").status_code == 404
    page = client.get("/problems/selector-matches-nothing/").content.decode()
    assert "<title>selector-matches-nothing · NetViz</title>" in page
    assert "Mend it" in page


def test_a_link_that_runs_something_is_no_link() -> None:
    assert next(span.kind for span in spans("[x](javascript:alert(1))")) == "plain"


def test_an_anchor_is_made_of_small_letters() -> None:
    assert anchor("CNI and the network between nodes") == "cni-and-the-network-between-nodes"


def test_the_page_shows_the_document_and_what_the_badges_mean(client: Client) -> None:
    page = client.get("/fidelity/").content.decode()
    assert "<h1" in page
    assert 'id="verified"' in page
    assert "**" not in page.partition("<main")[2].partition("</main>")[0]
