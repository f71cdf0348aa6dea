"""What the catalogue says of a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from features.steps.normal import key
from features.steps.parameters import PARAMETERS, WITH_QUOTES, Pair
from features.steps.template import Place, Template

Kind = Literal["given", "when", "then"]
KEYWORDS: dict[Kind, Pair] = {"given": ("Given", "假如"), "when": ("When", "当"), "then": ("Then", "那么")}


@dataclass(frozen=True)
class Column:
    """A column of a table: the name it has in the code, its headings, the type of its cells."""

    name: str
    english: str
    chinese: str
    type: str
    required: bool = False
    """Whether the column is there and each of its cells has something in it."""
    blank: bool = True
    """Whether cells may be empty, where the column is there."""


@dataclass(frozen=True)
class Table:
    """The table of a sentence. `when` says whether it has to be there: always, if one likes, or with a parameter."""

    columns: tuple[Column, ...]
    when: str = "always"

    @cached_property
    def headings(self) -> dict[str, Column]:
        """The columns by their headings in either language."""
        return {key(word).casefold(): one for one in self.columns for word in (one.english, one.chinese)}


@dataclass(frozen=True)
class Sentence:
    """A sentence: its key in the step language, its wordings, its table, an example and a line of help a language.

    An example with a table or a docstring has it below the sentence, as it would stand in a file.
    """

    key: str
    kind: Kind
    english: str
    chinese: str
    example: Pair
    help: Pair
    table: Table | None = None
    docstring: bool = False
    templates: tuple[Template, Template] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pair = (
            Template(self.english, of_chinese=False, limits=WITH_QUOTES),
            Template(self.chinese, of_chinese=True, limits=WITH_QUOTES),
        )
        object.__setattr__(self, "templates", pair)

    @cached_property
    def shown(self) -> Pair:
        """The wordings for people: `"PERSON" holds "POSITION" from DATE[ through DATE]`."""
        english, chinese = (_shown(one, at) for at, one in enumerate((self.english, self.chinese)))
        return english, chinese

    @cached_property
    def places(self) -> dict[str, Place]:
        """The parameters by name, the same in every language."""
        return {one.name: one for one in self.templates[0].places}


def lines(sentence: str, *below: str) -> str:
    """A sentence and what stands below it, as in a file."""
    return "\n".join([sentence, *(f"  {one}" for one in below)])


def _shown(wording: str, language: int) -> str:
    """A wording with what stands in each place in capitals or, in Chinese, in 〈〉."""

    def place(found: re.Match[str]) -> str:
        said = PARAMETERS[found[2] or found[1]].place[language]
        quoted = wording[: found.start()].endswith(('"', "“"))
        return said if quoted or language == 0 else f"〈{said}〉"

    return re.sub(r"\[[a-z]+\?", "[", re.sub(r"\{(\w+)(?::(\w+))?\}", place, wording))


ATTRIBUTES = Table(
    (
        Column("attribute", "attribute", "属性", "name", required=True, blank=False),
        Column("value", "value", "值", "name", required=True, blank=False),
    ),
    when="optional",
)
