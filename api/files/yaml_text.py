"""A YAML text as marks. Every scalar stays text; a plain `null` or `~` means absent, and nothing at all is refused.

What YAML guesses (`no` is false, `2026-03-05` is a date, `1_0` is ten) is not guessed here; what makes one part of a
file stand for another (anchors, aliases, tags) is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from api.files.tree import Mark
from ledger.refusals import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast one, where PyYAML was built with it."""
_ABSENT = frozenset({"~", "null", "Null", "NULL"})
_CLOSES = {yaml.MappingEndEvent: Mark("}", None, 0), yaml.SequenceEndEvent: Mark("]", None, 0)}


def marks(text: str) -> Iterator[Mark]:
    """The steps through the one document of a text. Raises BadInput with the line."""
    documents = 0
    try:
        for event in yaml.parse(text, Loader=LOADER):
            kind, line = type(event), _line(event)
            if kind in _CLOSES:
                yield _CLOSES[kind]
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise BadInput("", "a second document begins here; a file is one document", line=line)
            elif isinstance(event, yaml.NodeEvent):
                _no_tricks(event, line)
                yield _opened(event, line)
    except yaml.YAMLError as error:
        raise _broken(error, text) from error
    if not documents:
        raise BadInput("", "the file is empty", line=1)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _no_tricks(event: yaml.NodeEvent, line: int) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise BadInput("", f"the alias `*{str(event.anchor)[:40]}` is not taken; write the value out", line=line)
    if event.anchor is not None:
        raise BadInput("", f"the anchor `&{event.anchor[:40]}` is not taken; write the value out", line=line)
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise BadInput("", f"the tag `{tag[:40]}` is not taken; write the plain value", line=line)


def _opened(event: yaml.NodeEvent, line: int) -> Mark:
    if not isinstance(event, yaml.ScalarEvent):
        return Mark("{" if isinstance(event, yaml.MappingStartEvent) else "[", None, line)
    value = event.value
    if not event.style:
        if not value:
            return Mark("nothing", None, line)
        return Mark("value", None if value in _ABSENT else value, line)
    escaped = value if event.style == '"' else ""
    unwanted = next((one for one in escaped if one == "\0" or "\ud800" <= one <= "\udfff"), None)
    if unwanted is not None:
        raise BadInput("", f"the text has the character U+{ord(unwanted):04X}, which is not taken", line=line)
    return Mark("value", value, line)


def _broken(error: yaml.YAMLError, text: str) -> BadInput:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return BadInput("", "the file is not YAML", line=1)
    mark, begun = error.problem_mark, error.context_mark
    lines = text.splitlines()
    here = lines[mark.line] if mark.line < len(lines) else ""
    if here[mark.column : mark.column + 1] == "\t" or here[: mark.column].strip(" ") == "\t":
        return BadInput("", "a tab stands where YAML takes only spaces", line=mark.line + 1)
    context = f"{error.context}, " if error.context else ""
    since = f" (begun on line {begun.line + 1})" if begun is not None and begun.line != mark.line else ""
    return BadInput("", f"the YAML cannot be read: {context}{error.problem}{since}", line=mark.line + 1)
