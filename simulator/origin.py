"""Origin: the line of the manifest that something was made from."""

import msgspec


class Origin(msgspec.Struct, frozen=True, gc=False):
    """Where in the user's files something comes from.

    `object` is "Kind namespace/name" (or "Kind name"), `field` the path inside it
    ("spec.ports[0].nodePort"), `line` counts from 1 and is None where no file stands behind it.
    """

    object: str
    field: str
    file: str
    line: int | None = None


Origins = tuple[Origin, ...]
