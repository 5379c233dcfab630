"""Failure: wrong usage, or something that cannot be read. Told in words, exit status 2."""


class Failure(Exception):
    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
