"""The words of nft's language, and taking them one by one.

src/scanner.l of nftables: names may hold slashes, dots and dashes; strings have no escapes; rules end with a line or
a semicolon. Old versions list a match of iptables that they cannot translate as a comment, "# xt_recent": it is a word.
"""

import re
from collections.abc import Iterator, Sequence

from simulator.linux.reading import INVALID, UNKNOWN, ParseProblem, Problems, Token, short

TOKEN = re.compile(
    r"""(?P<extension>\#\ xt_[a-z_]+)
    |(?P<skip>[ \t\r\f\v]+|\#[^\n]*|\\\r?\n)
    |(?P<string>"[^"\n]*")
    |(?P<ipv6>(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f.]{0,15}(?:/[0-9]{1,3})?)
    |(?P<word>[A-Za-z0-9_][A-Za-z0-9_/.\-]*)
    |(?P<mark>==|!=|<=|>=|<<|>>|[{}()\[\],:.=<>|&^!@+*/$;\n-])""",
    re.VERBOSE,
)
ENDS = ("\n", ";")
END = Token("", 0, 0)


def tokens(text: str, problems: Problems) -> list[Token]:
    """All words with their places. What is no word of nft's is a problem, and left out."""
    found: list[Token] = []
    at, line, line_start = 0, 1, 0
    while at < len(text):
        match = TOKEN.match(text, at)
        column = at - line_start + 1
        if match is None:
            at = _stray(text, at, line, column, problems)
            continue
        at = match.end()
        if match.lastgroup == "string":
            found.append(Token(match[0][1:-1], line, column, quoted=True))
        elif match.lastgroup != "skip":
            found.append(Token(match[0], line, column))
        if match[0].endswith("\n"):
            line, line_start = line + 1, at
    return found


def _stray(text: str, at: int, line: int, column: int, problems: Problems) -> int:
    """Skip a letter that is no part of the language; a quote that is not closed takes the line with it."""
    if text[at] == '"':
        problems.add(ParseProblem("a quote is not closed", "Close it on the same line.", line, column=column))
        end = text.find("\n", at)
        return len(text) if end < 0 else end
    hint = "Paste the output of nft list ruleset as it is."
    problems.add(ParseProblem(f"the character {text[at]!r} has no meaning here", hint, line, column=column))
    return at + 1


class Words:
    """The words of one rule or one declaration, taken from the left."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._tokens = [token for token in found if token.text != "\n" or token.quoted]
        self._at = 0
        self._start = found[0] if found else END

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    @property
    def next(self) -> str:
        """The next word, "" at the end; what stands in quotes is no word of the language."""
        if self.done:
            return ""
        token = self._tokens[self._at]
        return '""' if token.quoted else token.text

    @property
    def token(self) -> Token:
        """Where to point at: the next word, at the end the last one."""
        if not self._tokens:
            return self._start
        return self._tokens[min(self._at, len(self._tokens) - 1)]

    def take(self, what: str) -> str:
        """The next word, whatever it is, but no quoted text."""
        if self.done or self._tokens[self._at].quoted:
            raise self.invalid(f"{what} is missing", "The text seems to be cut here.")
        self._at += 1
        return self._tokens[self._at - 1].text

    def take_name(self, what: str) -> str:
        """A word that can be a name."""
        if self.next and not (self.next[0].isalnum() or self.next[0] == "_"):
            raise self.invalid(f"{what} is missing before “{short(self.next)}”", "The text seems to be cut here.")
        return self.take(what)

    def take_string(self, what: str) -> str:
        if self.done or not self._tokens[self._at].quoted:
            raise self.invalid(f"{what} has to stand in quotes", 'For example comment "why".')
        self._at += 1
        return self._tokens[self._at - 1].text

    def accept(self, *words: str) -> bool:
        """Take these words if they come next, in a row."""
        at = self._at
        for word in words:
            if at >= len(self._tokens) or self._tokens[at].text != word or self._tokens[at].quoted:
                return False
            at += 1
        self._at = at
        return True

    def expect(self, word: str) -> None:
        if not self.accept(word):
            there = f"before “{short(self.next)}”" if self.next else "at the end"
            raise self.invalid(f"“{word}” is missing {there}", "The text seems to be cut here.")

    def skip_back(self) -> None:
        """Put the last word back, so that a problem points at it."""
        self._at -= 1

    def number(self, what: str, most: int) -> int:
        """A decimal or hexadecimal number."""
        word = self.take(what)
        number = _number(word)
        if number is None or number > most:
            self.skip_back()
            hint = f"It is a number from 0 to {most}; names are not read."
            raise self.invalid(f"“{short(word)}” is no {what}", hint)
        return number

    def invalid(self, message: str, hint: str) -> ParseProblem:
        return ParseProblem(message, hint, self.token.line, column=self.token.column, code=INVALID)

    def unknown(self, message: str, hint: str) -> ParseProblem:
        return ParseProblem(message, hint, self.token.line, column=self.token.column, code=UNKNOWN)


def _number(word: str) -> int | None:
    if len(word) > 20 or not word.isascii():
        return None
    if word.isdigit():
        return int(word)
    return int(word, 16) if re.fullmatch(r"0[xX][0-9A-Fa-f]+", word) else None


def items(found: Sequence[Token], problems: Problems) -> Iterator[list[Token]]:
    """Declarations and rules: what stands between line ends and semicolons, braces kept together."""
    item: list[Token] = []
    opened: list[Token] = []
    for token in found:
        if token.quoted:
            item.append(token)
        elif not opened and token.text in ENDS:
            if item:
                yield item
            item = []
        elif token.text == "}" and not opened:
            hint = "Remove it, or add what opens it."
            problems.add(ParseProblem("this } closes nothing", hint, token.line, column=token.column))
        else:
            if token.text == "{":
                opened.append(token)
            elif token.text == "}":
                opened.pop()
            item.append(token)
    if opened:
        hint = "Add the } that closes it; the text seems to be cut."
        problems.add(ParseProblem("this { is not closed", hint, opened[0].line, column=opened[0].column))
    if item:
        yield item


def parts(found: Sequence[Token]) -> Iterator[list[Token]]:
    """What stands between commas; a comma after the last one is no harm."""
    part: list[Token] = []
    for token in found:
        if token.text == "," and not token.quoted:
            yield part
            part = []
        else:
            part.append(token)
    if any(token.text != "\n" for token in part):
        yield part


def block(item: Sequence[Token]) -> tuple[list[Token], list[Token] | None]:
    """What stands before the first brace, and what stands inside the block; None without one."""
    at = next((i for i, token in enumerate(item) if token.text == "{" and not token.quoted), None)
    if at is None:
        return list(item), None
    last = item[-1]
    closed = len(item) - at > 1 and last.text == "}" and not last.quoted
    return list(item[:at]), list(item[at + 1 : -1] if closed else item[at + 1 :])
