"""Plain scalars as kubectl reads them: YAML 1.1 in the dialect of sigs.k8s.io/yaml, then JSON.

yes, no, on and off are booleans; 0o17, 017 and 0x1f are numbers; 1e3 is a number; dates and 12:30:45 stay text.
y and n are booleans to kubectl and text to most other readers; here they are text, and a problem says so.
sigs.k8s.io/yaml, goyaml.v2/resolve.go:resolve()
"""

import re

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    word: value
    for value, words in (
        (True, "yes Yes YES true True TRUE on On ON"),
        (False, "no No NO false False FALSE off Off OFF"),
        (None, "~ null Null NULL"),
        (float("inf"), ".inf .Inf .INF +.inf +.Inf +.INF"),
        (float("-inf"), "-.inf -.Inf -.INF"),
        (float("nan"), ".nan .NaN .NAN"),
    )
    for word in words.split()
}
_WORDS[""] = None
AMBIGUOUS = {"y": True, "Y": True, "n": False, "N": False}
"""Words that kubectl takes for booleans."""
_FIRST = frozenset("0123456789+-.")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGERS = (
    (re.compile(r"[-+]?0[xX][0-9a-fA-F]+"), 16),
    (re.compile(r"[-+]?0[bB][01]+"), 2),
    (re.compile(r"[-+]?0[oO]?[0-7]+"), 8),
    (re.compile(r"[-+]?(0|[1-9][0-9]*)"), 10),
)
MAX_INTEGER_DIGITS = 64
"""Longer runs of digits become floating point, as in Go; they are not worth the square of their length."""


def resolve(text: str) -> Scalar:
    """The value of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST:
        return text
    plain = text.replace("_", "")
    if len(plain) <= MAX_INTEGER_DIGITS:
        for pattern, base in _INTEGERS:
            if pattern.fullmatch(plain):
                return _integer(plain, base)
    if _FLOAT.fullmatch(plain):
        return float(plain)
    return text


def _integer(text: str, base: int) -> int:
    if base == 8:
        sign = "-" if text[0] == "-" else ""
        return int(sign + text.lstrip("+-").lstrip("0").lstrip("oO") or "0", 8) if text.strip("+-0oO") else 0
    return int(text, base)
