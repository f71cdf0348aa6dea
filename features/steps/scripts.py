"""The two Chinese scripts, by OpenCC: Traditional Chinese is the Simplified wording converted, not a second list."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

TO_TRADITIONAL = "s2tw"
"""As Traditional Chinese is shown."""
TRADITIONAL_FORMS = ("s2t", "s2tw", "s2hk", "s2twp")
"""As it may be written."""
TO_SIMPLIFIED = ("t2s", "tw2s", "tw2sp")
"""Ways to read it, tried in turn: characters, Taiwan's variants, Taiwan's words."""


@lru_cache(maxsize=8)
def _converter(way: str) -> OpenCC:
    from opencc import OpenCC  # noqa: PLC0415 - only Traditional Chinese needs it

    return OpenCC(way)


@lru_cache(maxsize=4096)
def traditional(text: str, way: str = TO_TRADITIONAL) -> str:
    """Simplified wording in the Traditional script."""
    return str(_converter(way).convert(text))


@lru_cache(maxsize=4096)
def simplified(text: str, way: str = TO_SIMPLIFIED[0]) -> str:
    """Traditional words in the Simplified script."""
    return str(_converter(way).convert(text))
