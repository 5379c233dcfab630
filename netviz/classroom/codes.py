"""Join codes: eight of 32 characters, easy to read aloud."""

import secrets

from django.utils.formats import number_format
from django.utils.translation import gettext

from netviz.refusal import Refusal

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 and O, no 1 and I: nobody has to ask which one it is."""
LENGTH = 8
LONGEST = 64
"""What is longer was not typed by somebody who reads a code off a wall."""


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """In two halves, as it stands on the wall: K7QF-3M2P."""
    return f"{code[:4]}-{code[4:]}"


def read(text: str) -> str:
    """A code as somebody types it: small letters, spaces and hyphens are all the same."""
    if len(text) > LONGEST:
        raise not_a_code(
            gettext("This one has {count} characters.").format(count=number_format(len(text), force_grouping=True))
        )
    code = "".join(text.split()).replace("-", "").upper()
    if len(code) != LENGTH:
        raise not_a_code(gettext("This one has {count}.").format(count=len(code)))
    strange = next((letter for letter in code if letter not in ALPHABET), None)
    if strange is not None:
        other = gettext("No code has a {letter} in it.").format(letter=strange)
        raise not_a_code(other if strange.isascii() else gettext("It is plain letters and digits."))
    return code


def not_a_code(more: str) -> Refusal:
    return Refusal(
        400,
        "bad-code",
        "A class code has {length} letters and digits, as in K7QF-3M2P. {more}",
        "Look at the wall again.",
        length=LENGTH,
        more=more,
    )


def unknown_class() -> Refusal:
    return Refusal(
        404,
        "unknown-class",
        "There is no class with this code.",
        "Look at the code again; a class is deleted some time after it was last open.",
    )


def removed() -> Refusal:
    return Refusal(403, "removed", "The presenter has taken you out of this class.", "Ask them to let you in again.")


def ended() -> Refusal:
    return Refusal(410, "class-ended", "This class has ended.", "The next one has a code of its own.")


def too_many_tries(hint: str) -> Refusal:
    return Refusal(429, "too-many-tries", "Too many wrong class codes came from here.", hint)
