"""A lab's Markdown: what people write comes through, what programs would run does not."""

import pytest

from netviz.labs.markup import html, words


def test_paragraphs_code_and_links() -> None:
    assert html("Ask `web` *now*.") == "<p>Ask <code>web</code> <em>now</em>.</p>"
    assert 'href="https://kubernetes.io/"' in words("[docs](https://kubernetes.io/)")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "![a](https://evil.example/x.png)",
        '<a href="https://x" onclick="alert(1)">a</a>',
        "`<script>`",
        "<style>*{display:none}</style>",
        "[a](data:text/html;base64,xxxx)",
    ],
)
def test_nothing_of_it_runs_or_loads(text: str) -> None:
    for made in (html(text), words(text)):
        assert "<script" not in made
        assert "<img" not in made
        assert "<style" not in made
        assert 'href="javascript' not in made
        assert 'href="data' not in made
        assert not ("onclick" in made and "<a" in made)
