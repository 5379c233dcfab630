"""The problems that NetViz can tell: each has a page in docs/problems."""

from functools import cache

from simulator.cli.problem_pages import PLACES


@cache
def problem_ids() -> tuple[str, ...]:
    folder = next((place for place in PLACES if place.is_dir()), None)
    return tuple(sorted(page.stem for page in folder.glob("*.md") if page.stem != "README")) if folder else ()


def is_known(problem: str) -> bool:
    """Whether a problem of this id can ever be told. Where the pages are not installed, nobody can say."""
    return not problem_ids() or problem in problem_ids()
