"""What labels may look like.

staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go: IsQualifiedName(), IsValidLabelValue()
"""

import re
from functools import lru_cache

LONGEST, LONGEST_PREFIX = 63, 253
_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
KEY_HINT = "At most 63 letters, digits, -, _ and ., with a DNS name and a slash before it where wanted."
VALUE_HINT = "At most 63 letters, digits, -, _ and .; the first and the last a letter or digit."


@lru_cache(maxsize=1 << 12)
def is_key(key: str) -> bool:
    """Whether a label may have this name."""
    prefix, slash, name = key.rpartition("/")
    if not _NAME.fullmatch(name) or len(name) > LONGEST:
        return False
    return not slash or (_PREFIX.fullmatch(prefix) is not None and len(prefix) <= LONGEST_PREFIX)


@lru_cache(maxsize=1 << 12)
def is_value(value: str) -> bool:
    """Whether a label may have this value; it may be empty."""
    return not value or (_NAME.fullmatch(value) is not None and len(value) <= LONGEST)
