"""Sets and maps, and what is in them.

src/parser_bison.y of nftables: set_block, map_block, set_elem_expr
"""

import re
from collections.abc import Sequence

from simulator.linux import nft_read_values as values
from simulator.linux import nftables as nft
from simulator.linux.nft_read_drafts import SetDraft, TableDraft
from simulator.linux.nft_read_statements import verdict
from simulator.linux.nft_read_tokens import Words, block, items, parts
from simulator.linux.reading import ParseProblem, Problems, Token, short

DURATION = re.compile(r"(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,9})(?:s|$))?(?:(\d{1,9})ms)?")
IN_MILLISECONDS = (86_400_000, 3_600_000, 60_000, 1000, 1)
FLAGS = {"dynamic", "timeout"}


def read_set(draft: SetDraft, body: Sequence[Token], table: TableDraft, problems: Problems) -> bool:
    """Fill a set from its block. Whether all of it is known; what is in a set that is not, cannot be told."""
    known = True
    elements: list[Sequence[Token]] = []
    for item in items(body, problems):
        words = Words(item)
        try:
            if words.accept("elements"):
                words.expect("=")
                elements.append(_inside(item, words))
            else:
                _property(draft, words, table.family)
        except ParseProblem as problem:
            problems.add(problem, table.place(draft.name))
            known = False
    if not draft.type:
        problems.add(
            Words(body).invalid("a set without a type", "For example type ipv4_addr."), table.place(draft.name)
        )
        return False
    if draft.dynamic and draft.timeout is None:
        hint = "NetViz knows sets that packets fill with a timeout for all."
        problems.add(Words(body).unknown("a dynamic set without a timeout", hint), table.place(draft.name))
        return False
    for found in elements if known else ():
        read_elements(draft, found, table, problems)
    return known


def _inside(item: Sequence[Token], words: Words) -> Sequence[Token]:
    _, inside = block(item)
    if inside is None:
        words.expect("{")
    return inside or ()


def _property(draft: SetDraft, words: Words, family: int) -> None:
    word = words.take("a property of the set")
    if word in ("type", "typeof"):
        _type(draft, words, family, by_name=word == "type")
    elif word == "flags":
        _flags(draft, words)
    elif word == "timeout":
        draft.timeout = duration(words) // 1000
    elif word == "size":
        draft.size = words.number("size", 2**32 - 1)
    elif word == "comment":
        draft.comment = words.take_string("a comment")
    else:
        words.skip_back()
        hint = "NetViz knows type, typeof, flags, timeout, size, comment and elements."
        raise words.unknown(f"“{short(word)}” of a set is not known", hint)
    if not words.done:
        raise words.invalid(f"“{short(words.next)}” is too much here", "Each property has a line of its own.")


def _type(draft: SetDraft, words: Words, family: int, by_name: bool) -> None:
    found = [_one_type(words, family, by_name)]
    while words.accept("."):
        found.append(_one_type(words, family, by_name))
    if draft.verdicts:
        words.expect(":")
        if not words.accept("verdict"):
            raise words.unknown(f"a map to “{short(words.next)}” is not known", "NetViz knows maps to verdicts.")
    draft.type = tuple(found)


def _one_type(words: Words, family: int, by_name: bool) -> str:
    name = words.next
    found = words.take("a type") if by_name else values.field_type(values.field(words, family), family)
    if found not in values.VALUES:
        if by_name:
            words.skip_back()
        raise words.unknown(f"type “{short(name)}” is not known", f"NetViz knows {', '.join(values.VALUES)}.")
    return found


def _flags(draft: SetDraft, words: Words) -> None:
    while True:
        flag = words.take("a flag")
        if flag not in FLAGS:
            words.skip_back()
            raise words.unknown(f"flag “{short(flag)}” is not known", f"NetViz knows {', '.join(sorted(FLAGS))}.")
        draft.dynamic = True
        if not words.accept(","):
            return


def duration(words: Words) -> int:
    """3h, 1m30s, 10800s, 10800: in milliseconds."""
    word = words.take("a time")
    match = DURATION.fullmatch(word)
    if match is None or not word.isascii():
        words.skip_back()
        raise words.invalid(f"“{short(word)}” is no time", "For example 3h or 1m30s.")
    return sum(int(count or 0) * unit for count, unit in zip(match.groups(), IN_MILLISECONDS, strict=True))


def read_elements(draft: SetDraft, found: Sequence[Token], table: TableDraft, problems: Problems) -> None:
    """What stands between the braces; one that is not understood is told, the others are there."""
    for part in parts(found):
        words = Words(part)
        token = words.token
        try:
            key = values.key(words, draft.type)
            element = _element(draft, words)
            if key in draft.elements:
                raise words.invalid("this element is there twice", "nft refuses a key that has two verdicts.")
            draft.elements[key] = (element, token)
        except ParseProblem as problem:
            problems.add(problem, table.place(draft.name))


def _element(draft: SetDraft, words: Words) -> nft.Element:
    expires = comment = found = None
    if words.accept("timeout"):
        given = duration(words)
        if draft.timeout is None or given != draft.timeout * 1000:
            words.skip_back()
            raise words.unknown("a timeout of its own is not known", "NetViz knows one timeout for a whole set.")
    if words.accept("expires"):
        expires = duration(words)
    if words.accept("comment"):
        comment = words.take_string("a comment")
    if draft.verdicts:
        words.expect(":")
        found = verdict(words)
    if not words.done:
        raise words.unknown(f"“{short(words.next)}” of an element is not known", "NetViz knows expires and comment.")
    return nft.Element(found, comment, expires=expires)
