"""What does not matter in writing: quotes, full-width characters, spaces, a trailing full stop.

Straight, curly and corner quotes read as `“…”`; full-width digits and punctuation as the plain ones; invisible
characters are not there. Outside quotes a Chinese sentence has spaces only after Latin words, an English one single
ones and one after each comma that does not stand inside a number. Each character remembers where it stood, so a finding
can name a column and a name keeps its spelling.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

OPEN, CLOSE = "“", "”"
_CURLY, _CORNER, _DOUBLE_CORNER = frozenset('“”"„‟〝〞'), frozenset("「」"), frozenset("『』")
_FAMILY = {mark: family for family in (_CURLY, _CORNER, _DOUBLE_CORNER) for mark in family}
_QUOTES = frozenset(_FAMILY) | frozenset("＂｢｣﹁﹂﹃﹄")
_INNER = str.maketrans({OPEN: '"', CLOSE: '"'})
_PUNCTUATION = ",:;()!?"
_STOPS = ".。．｡ "
_LINE_BREAKS = "\n\r\t\v\f"


class Mark(NamedTuple):
    """One character that matters, and where it stood."""

    text: str
    place: int
    quoted: bool


class Normal(NamedTuple):
    """A text without what does not matter. `places[i]` is where its character `i` stood in `raw`."""

    text: str
    places: tuple[int, ...]
    raw: str

    def spelt(self, start: int, end: int) -> str:
        """What was written where characters `start` up to `end` come from."""
        return self.raw[self.places[start] : self.places[end - 1] + 1] if start < end else ""


def marks(raw: str) -> list[Mark]:
    """The characters that matter, with the quotes told apart."""
    found: list[Mark] = []
    family: frozenset[str] | None = None
    for place, written in enumerate(raw):
        plain = _plain(written)
        if not plain:
            continue
        if plain not in _FAMILY:
            found.append(Mark(plain, place, family is not None))
        elif family is None:
            family = _FAMILY[plain]
            found.append(Mark(OPEN, place, quoted=True))
        elif plain in family:
            family = None
            found.append(Mark(CLOSE, place, quoted=True))
        else:
            found.append(Mark(plain.translate(_INNER), place, quoted=True))
    return found


@lru_cache(maxsize=8192)
def _plain(written: str) -> str:
    """A character in its plain form; nothing for an invisible one."""
    if written in _LINE_BREAKS:
        return " "
    if unicodedata.category(written) in ("Cf", "Cc"):
        return ""
    plain = unicodedata.normalize("NFKC", written)
    return plain if len(plain) == 1 else written


@lru_cache(maxsize=8192)
def is_chinese(mark: str) -> bool:
    """Whether a character is a Chinese one or Chinese punctuation."""
    return "\u3000" <= mark <= "\u9fff" or "\uf900" <= mark <= "\ufaff" or mark >= "\U00020000"


def chinese(found: list[Mark], raw: str) -> Normal:
    """The form in which Chinese sentences are compared: spaces only between Latin words, no trailing stop."""
    kept: list[Mark] = []
    spaced = False
    for one in found:
        if not one.quoted and one.text == " ":
            spaced = True
            continue
        if spaced and kept and _latin(kept[-1]) and (_latin(one) or (one.text == OPEN and kept[-1].text.isalpha())):
            kept.append(Mark(" ", one.place - 1, quoted=False))
        spaced = False
        kept.append(one)
    return _normal(kept, raw)


def _latin(mark: Mark) -> bool:
    return not mark.quoted and mark.text not in _PUNCTUATION and not is_chinese(mark.text)


def english(found: list[Mark], raw: str) -> Normal:
    """The form in which English sentences are compared: single spaces, one after each comma, no trailing stop."""
    kept: list[Mark] = []
    for at, one in enumerate(found):
        if one.quoted:
            kept.append(one)
            continue
        before = kept[-1].text if kept else " "
        if one.text == " " and before == " ":
            continue
        if one.text in ",:" and before == " " and kept:
            kept.pop()
        kept.append(one)
        if one.text == "," and not _inside_number(found, at):
            kept.append(Mark(" ", one.place, quoted=False))
    return _normal(kept, raw)


def _inside_number(found: list[Mark], at: int) -> bool:
    neighbours = (found[beside].text if 0 <= beside < len(found) else "" for beside in (at - 1, at + 1))
    return all(one.isdigit() for one in neighbours)


def _normal(kept: list[Mark], raw: str) -> Normal:
    kept = _quotes_tidied(kept)
    while kept and not kept[-1].quoted and kept[-1].text in _STOPS:
        kept.pop()
    return Normal("".join([one.text for one in kept]), tuple([one.place for one in kept]), raw)


def _quotes_tidied(found: list[Mark]) -> list[Mark]:
    """Inside quotes: no spaces at the ends and beside Chinese characters, single ones elsewhere."""
    if not any(one.quoted and one.text == " " for one in found):
        return found
    kept: list[Mark] = []
    for at, one in enumerate(found):
        if one.quoted and one.text == " ":
            before = kept[-1].text if kept else OPEN
            after = next((other.text for other in found[at + 1 :] if other.text != " "), CLOSE)
            if before in (OPEN, " ") or after == CLOSE or is_chinese(before) or is_chinese(after):
                continue
        kept.append(one)
    return kept


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """A name as it is compared: what is written in quotes or in a cell, without what does not matter."""
    inner = [Mark(plain.translate(_INNER), at, quoted=True) for at, mark in enumerate(name) if (plain := _plain(mark))]
    tidied = _normal([Mark(OPEN, 0, quoted=True), *inner, Mark(CLOSE, 0, quoted=True)], name).text
    return tidied[1:-1]


def has_quotes(text: str) -> bool:
    """Whether a text has any mark of quotation in it."""
    return not _QUOTES.isdisjoint(text)


def unquoted(cell: str) -> str:
    """A cell without the quotes around it, where it has some: in tables names stand without."""
    if not has_quotes(cell):
        return cell
    found = [one for one in marks(cell) if one.quoted or one.text != " "]
    whole = found and found[0].text == OPEN and found[-1].text == CLOSE and sum(one.text == OPEN for one in found) == 1
    return cell[found[0].place + 1 : found[-1].place] if whole else cell


def same_text(one: str, other: str) -> bool:
    """Whether two texts say the same, a trailing full stop aside."""
    return key(one).rstrip(_STOPS) == key(other).rstrip(_STOPS)
