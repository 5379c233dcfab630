"""The line breaks, the server starts again: the page goes on where it was."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.shop import paste, send, step_count


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One of its own, because it is stopped."""
    running = Server(tmp_path_factory.mktemp("data"))
    running.start()
    yield running
    running.stop()


def test_a_page_reaches_a_server_that_started_again(page: Page, server: Server, said: list[str]) -> None:
    said.append("WebSocket connection to")
    paste(page)
    send(page)
    count = step_count(page)
    server.stop()
    expect(page.get_by_text("The connection is lost.")).to_be_visible()
    assert step_count(page) == count
    server.start()
    expect(page.get_by_text("The connection is lost.")).to_be_hidden(timeout=15_000)
    send(page)
    assert step_count(page) == count


def test_a_trace_that_was_cut_off_is_resumed(page: Page, said: list[str]) -> None:
    said.append("WebSocket connection to")
    cut = []

    def handle(route) -> None:
        there = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if not cut and '"seq":7,' in str(message).replace(" ", ""):
                cut.append(True)
                route.close(code=1012)
                return
            route.send(message)

        there.on_message(pass_on)

    page.route_web_socket("**/ws/**", handle)
    paste(page)
    send(page)
    assert cut
    numbers = page.get_by_role("list", name="Steps").locator(".n").all_inner_texts()
    assert numbers == [str(number + 1) for number in range(len(numbers))]
