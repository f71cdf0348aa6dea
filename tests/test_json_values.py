"""A JSON value read fast says what it says read step by step, and is refused for the same reasons."""

from __future__ import annotations

import pytest

from api.files import json_text
from api.files.tree import build
from ledger.refusals import BadInput

KINDS = {
    "a key twice": b'{"do": "a", "do": "a"}',
    "a key twice, written differently": b'{"do": "a", "\\u0064o": "a"}',
    "a key twice, deep inside": b'[{"a": [{"b": 1,\n"c": {}, "b"\n: 1}]}]',
    "a key like another": b'{"a": {"a": {"a": 1}}, "b": {"a": 2}}',
    "a text like a key": b'{"a": "\\":", "b": ["\\" :", "x:"]}',
    "a number of 64 bits": b"[18446744073709551615, -9223372036854775808]",
    "a number of more": b'{"entry": 99999999999999999999}',
    "a negative number of more": b"[-99999999999999999999]",
    "the longest number": b"[" + b"9" * 40 + b"]",
    "a number too long": b"[" + b"9" * 41 + b', ":"]',
    "a number beyond all": b"[1e400]",
    "fractions": b"[1.5, -0.25, 1e3, 12e-1, 0.0]",
    "NaN": b"[NaN]",
    "infinity": b"[-Infinity]",
    "half a surrogate": b'["\\ud800"]',
    "a pair of surrogates": b'["\\ud83d\\ude00"]',
    "a control character": b'["a\tb"]',
    "words": b"[true, false, null]",
    "a comma too many": b"[1, 2,]",
    "two values": b"{} {}",
    "no end": b'["a',
    "as deep as may be": b"[" * 32 + b"1" + b"]" * 32,
    "deeper": b"[" * 33 + b"1" + b"]" * 33,
}


def said(text: bytes) -> object:
    """What the marks of a text come to; nothing where they are refused."""
    try:
        return build(json_text.marks(text.decode()))[0]
    except BadInput:
        return BadInput


def fast(text: bytes) -> object:
    """The same, read as a value."""
    try:
        return json_text.value(text)
    except BadInput:
        return BadInput


def same(one: object, other: object) -> bool:
    """Whether two values are the same, a whole number being no fraction."""
    return one == other and repr(one) == repr(other)


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_read_fast_is_the_value(kind: str) -> None:
    assert same(fast(KINDS[kind]), said(KINDS[kind]))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "deeper"])
def test_a_long_value_is_read_as_exactly_as_a_short_one(kind: str) -> None:
    text = b" " * json_text.LONGEST_TOLD + KINDS[kind]
    assert same(fast(text), said(text))


def test_what_is_wrong_in_a_short_value_is_told_with_line_and_field() -> None:
    with pytest.raises(BadInput) as caught:
        json_text.value(b'[{},\n{"a": 1,\n"a": 2}]', 7)
    assert (caught.value.line, caught.value.field) == (9, "[1].a")
    assert caught.value.sentence == "the key `a` is given twice, first on line 8"


def test_what_is_wrong_in_a_long_value_is_told_as_far_as_is_known_at_once() -> None:
    blank = b"\n" * json_text.LONGEST_TOLD
    for text, sentence, line in (
        (b'[{"b": 1, "a": 1, "a": 2, "b": 3}]', "the key `a` is given twice", None),
        (b"[" + b"9" * 41 + b', {"a": 1, "a": 1}]', f"the number `{'9' * 41}` is too great to be read", None),
        (b"[1,,]", "it is not JSON: unexpected character, expected a JSON value", json_text.LONGEST_TOLD + 7),
    ):
        with pytest.raises(BadInput) as caught:
            json_text.value(blank + text, 7)
        assert (caught.value.sentence, caught.value.line) == (sentence, line)
