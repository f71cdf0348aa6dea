"""What each line of a file is, and what was meant where it is nothing that is run.

The parser of Gherkin takes whatever it does not know, below a title, for a description: the line is not run, and nobody
is told. So the lines are read once before it: what was meant is put in their place, each on its line, and what was
wrong is told. What is only form is also what `--fix` writes.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from features.spec.findings import Place
from features.spec.keywords import (
    COLONS,
    EXAMPLE_WORDS,
    Language,
    Title,
    Word,
    is_a_title,
    keywords,
    meant_step,
    meant_title,
    title_without_colon,
)
from features.spec.likeness import a_sentence, resembles
from features.steps.normal import key

if TYPE_CHECKING:
    from features.spec.findings import Findings

_BARS = "｜│∣丨┃"
_FULL_BARS = str.maketrans(dict.fromkeys(_BARS, "|"))
_QUOTES = ("“““", "”””", "“”“", "“”", "'''", "‘‘‘", "「「「", "＂＂＂")
_SAID = {"#": "＃", "@": "＠"}
_NOT_AFTER = COLONS + ",，、"
"""What is written after a keyword, and does not belong there."""
_LISTED = re.compile(r"(?:[-–—•·●○■]|[(（]?\d{1,2}[.．、)）:：])\s*")
_RULED = re.compile(r"[|\s]*(?::?-{2,}:?[|\s]*)+")
_PROSE = 30
"""A remark that is longer is hardly the name of something."""


@dataclass
class Lines:
    """The lines of a file as they were meant, and as they are written where only form is repaired."""

    meant: list[str]
    formed: list[str]
    swallowed: set[int] = field(default_factory=set)
    """The lines, from 1, that nobody runs."""

    @property
    def text(self) -> str:
        """What the parser is given."""
        return "\n".join(self.meant)


def lines(text: str, language: Language, findings: Findings) -> Lines:
    """Read the lines of a text in a language."""
    return _Reading(text, language, findings).all()


class _Reading:
    """One reading of a text from its first line to its last."""

    def __init__(self, text: str, language: Language, findings: Findings) -> None:
        self.lines = text.split("\n")
        self.language, self.findings = language, findings
        own = keywords(language)
        self._titles: dict[str, Title] = {f"{word}:": kind for kind, word in own.every_title}
        self._title_starts = tuple(self._titles)
        self._step_starts = own.step_starts
        self._room: Title | None = None
        self._steps = False
        self._fence: tuple[str, int] | None = None
        self._bars: int | None = None
        self._result = Lines(list(self.lines), list(self.lines))

    def all(self) -> Lines:
        """Every line in turn."""
        for number, line in enumerate(self.lines, 1):
            said = line.strip()
            if self._fence is not None:
                self._in_docstring(number, line, said)
            elif said:
                self._one(number, line, said)
        if self._fence is not None:
            self.findings.add(
                "DOCSTRING_OPEN",
                Place(self._fence[1]),
                (
                    "the text that begins here has no end, so all that follows is part of it",
                    "从这里开始的文本没有结束，其后的内容全被算入其中",
                ),
                (f"end it with a line {self._fence[0]}", f"请在文本之后另起一行写 {self._fence[0]}"),
            )
        return self._result

    def _one(self, number: int, line: str, said: str) -> None:
        if said[0] != "|":
            self._bars = None
        if said[0] in "#@":
            return
        if said.startswith(('"""', "```")):
            self._fence = said[:3], number
        elif said[0] == "|":
            self._row(number, line, said)
        elif said.startswith(self._title_starts):
            self._enter(next(kind for start, kind in self._titles.items() if said.startswith(start)))
        elif said.startswith(self._step_starts):
            self._step(number, line, said)
        else:
            self._other(number, line, said)

    # What is nothing that is run

    def _other(self, number: int, line: str, said: str) -> None:
        bare = "".join(one for one in said if unicodedata.category(one) != "Cf") if not said.isascii() else said
        bare = bare.strip()
        if bare != said and (not bare or unicodedata.category(said[0]) == "Cf"):
            place = Place(number, len(line) - len(line.lstrip()) + 1)
            what = "there is an invisible character here", "这里有看不见的字符"
            self.findings.add("INVISIBLE", place, what, ("delete it", "请删去"), fixable=True)
            self._write(number, line, bare, form=True)
            if bare:
                self._one(number, line, bare)
            return
        for plain, full in _SAID.items():
            if bare.startswith(full):
                what = f"“{full}” is the full-width {plain}", f"“{full}”是全角字符"
                self.findings.add("FULL_WIDTH", self._at(number, line), what, _write(plain), fixable=True)
                self._write(number, line, plain + bare[1:], form=True)
                return
        listed = _LISTED.match(bare)
        if listed is not None and (rest := bare[listed.end() :]).startswith((*self._step_starts, *self._title_starts)):
            self._list_mark(number, line, listed[0].strip(), rest)
        elif bare[0] in _BARS:
            self._row(number, line, bare)
        elif self._steps and any(bare.startswith(quotes) and not a_sentence(bare, self.language) for quotes in _QUOTES):
            self._quotes(number, line)
        elif (titled := meant_title(bare, self.language)) is not None and self._is_title(number, *titled):
            self._title(number, line, *titled)
        elif (bald := title_without_colon(bare, self.language)) is not None and self._opens(number, bald[0]):
            word, rest = bald
            place = self._at(number, line)
            what = (
                f"there is no colon after “{word.spelt}”, so nothing begins here",
                f"“{word.spelt}”后面缺少冒号，场景等不会从这里开始",
            )
            self.findings.add("COLON_MISSING", place, what, _write(f"{word.instead}: {rest}".strip()))
            self._write(number, line, f"{word.instead}: {rest}", form=False)
            self._enter(word.kind)  # type: ignore[arg-type]  # a title
        else:
            self._swallowed(number, line, bare)

    def _is_title(self, number: int, word: Word, rest: str) -> bool:
        """Whether a word before a colon was meant as a title: prose may have one too, above the first scenario."""
        if is_a_title(word.spelt):
            return True
        above = word.kind in ("feature", "rule")
        return a_sentence(rest, self.language) is None and self._opens(number, word, titles=above)

    def _title(self, number: int, line: str, word: Word, rest: str) -> None:
        place = self._at(number, line)
        right = f"{word.instead}: {rest}".strip()
        fixable = word.same_language
        if word.spelt == word.instead or word.spelt.replace(" ", "") == word.instead:
            what = (
                f"“{word.spelt}” is followed by a colon that is not the plain “:”, so nothing begins here",
                f"“{word.spelt}”后面不是半角冒号“:”，场景等不会从这里开始",
            )
            self.findings.add("COLON_WIDE", place, what, _write(right), fixable=True)
        else:
            self._no_keyword(place, word, right, fixable=fixable)
        self._write(number, line, right, form=fixable)
        self._enter(word.kind)  # type: ignore[arg-type]  # a title

    def _no_keyword(self, place: Place, word: Word, right: str, *, fixable: bool) -> None:
        named = {"zh-CN": ("Simplified Chinese", "简体中文"), "zh-TW": ("Traditional Chinese", "繁体中文")}
        language = named.get(self.language, ("English", "英文"))
        what = (
            f"“{word.spelt}” is no keyword in a file in {language[0]}, so this line is not run",
            f"“{word.spelt}”不是{language[1]}文件的关键字，这一行不会被运行",
        )
        self.findings.add("NOT_A_KEYWORD", place, what, _write(right), fixable=fixable)

    def _swallowed(self, number: int, line: str, said: str) -> None:
        place = self._at(number, line)
        below = self._room in ("scenario", "outline", "background", "examples")
        meant = None if said.startswith(EXAMPLE_WORDS) else meant_step(said, self.language)
        if meant is None and a_sentence(said, self.language):
            self._keyword_missing(number, line, said)
        elif (
            meant is not None
            and (below or a_sentence(meant[1], self.language))
            and self._as_step(said, meant, below=below)
        ):
            self._misspelt(number, line, said, *meant)
        elif self._steps or self._room is None:
            what = "this line is nothing that can be run", "这一行不是可以运行的内容"
            self.findings.add("NOT_A_STEP", place, what, _remark(said, self.language))
            self._write(number, line, "", form=False)
        elif below:
            serious = said.startswith(EXAMPLE_WORDS) or resembles(said, self.language)
            what = "this line is taken for a description and is not run", "这一行被当作说明文字，不会被运行"
            self.findings.add("SWALLOWED", place, what, _remark(said, self.language), warning=not serious)
            self._write(number, line, "", form=False)
        self._result.swallowed.add(number)

    def _as_step(self, said: str, meant: tuple[Word, str], *, below: bool) -> bool:
        """Whether a line was meant as a step: one that begins with a short Chinese word may be a remark."""
        if not below:
            return True
        word, rest = meant
        return len(word.spelt) > 1 or len(said) < _PROSE or resembles(rest, self.language)

    def _keyword_missing(self, number: int, line: str, said: str) -> None:
        kind = a_sentence(said, self.language) or "given"
        right = _joined(keywords(self.language).steps[kind][0].strip(), said)
        what = "this is a sentence without a keyword, so it is not run", "这一句前面没有关键字，不会被运行"
        self.findings.add("KEYWORD_MISSING", self._at(number, line), what, _write(right))
        self._write(number, line, right, form=False)
        self._steps = True

    def _misspelt(self, number: int, line: str, said: str, word: Word, rest: str) -> None:
        """A step under a word that is no keyword."""
        rest = rest.strip().lstrip(COLONS + ",，、").strip()
        kind = a_sentence(rest, self.language)
        instead = word.instead
        if kind is not None and word.kind in ("given", "when", "then") and kind != word.kind:
            instead = keywords(self.language).steps[kind][0].strip()
        right = _joined(instead, rest)
        form = word.same_language and kind is not None and instead == word.instead
        if said == rest:
            self._keyword_missing(number, line, said)
            return
        self._no_keyword(self._at(number, line), word, right, fixable=form)
        if kind is not None:
            self._write(number, line, right, form=form)
            self._steps = True
        else:
            self._write(number, line, "", form=False)

    # Steps, tables, texts

    def _step(self, number: int, line: str, said: str) -> None:
        self._steps = True
        start = next(one for one in self._step_starts if said.startswith(one))
        word, rest = start.strip(), said[len(start) :].lstrip()
        if word == "*":
            if rest.startswith(self._step_starts):
                self._list_mark(number, line, word, rest)
            return
        bare = rest.lstrip(_NOT_AFTER).lstrip()
        if bare != rest:
            place = Place(number, line.index(said) + len(start) + 1)
            what = f"there is no “{rest[0]}” after “{word}”", f"“{word}”后面不写“{rest[0]}”"
            self.findings.add("COLON_WIDE", place, what, _write(_joined(word, bare)), fixable=bool(bare))
            self._write(number, line, _joined(word, bare), form=bool(bare))
        if not bare:
            what = f"there is no sentence after “{word}” on this line", f"“{word}”后面没有写句子"
            instead = "write the sentence on the same line", "请把句子与关键字写在同一行"
            self.findings.add("STEP_EMPTY", self._at(number, line), what, instead)
            self._write(number, line, "", form=False)

    def _list_mark(self, number: int, line: str, mark: str, rest: str) -> None:
        """A step that stands in a list."""
        what = f"a step begins with its keyword, not with “{mark}”", f"步骤以关键字开头，前面不写“{mark}”"
        self.findings.add("LIST_MARK", self._at(number, line), what, _write(rest), fixable=True)
        self._write(number, line, rest, form=True)
        self._one(number, rest, rest)

    def _row(self, number: int, line: str, said: str) -> None:
        plain = said.translate(_FULL_BARS)
        wide = said[0] in _BARS or said[-1] in _BARS
        if not wide and self._bars is not None and plain != said:
            wide = said.count("|") != self._bars and plain.count("|") == self._bars
        if wide:
            place = Place(number, line.index(said[0]) + 1)
            what = "the bars of this row are not the plain “|”", "这一行的竖线不是半角“|”"
            self.findings.add("BAR_WIDE", place, what, _write(plain), fixable=True)
            self._write(number, line, plain, form=True)
            said = plain
        if not said.endswith("|") and not said.endswith("\\|"):
            place = Place(number, len(line.rstrip()))
            what = "this row has no bar at its end, so its last cell is lost", "这一行末尾没有竖线，最后一格会丢失"
            self.findings.add("BAR_MISSING", place, what, _write(f"{said} |"))
            self._write(number, self._result.meant[number - 1], f"{said} |", form=False)
        if self._bars is None:
            self._bars = said.count("|")
        elif _RULED.fullmatch(said):
            what = (
                "a table has no line below its heading: this would be a row of dashes",
                "表头之下不画线：这会被当作一行内容",
            )
            self.findings.add("ROW_OF_DASHES", self._at(number, line), what, ("delete the line", "请删去这一行"))
            self._write(number, line, "", form=False)

    def _quotes(self, number: int, line: str) -> None:
        what = "a text stands between two lines of three plain quotes", "文本应写在两行半角三引号之间"
        self.findings.add("QUOTES_WIDE", self._at(number, line), what, _write('"""'), fixable=True)
        self._write(number, line, '"""', form=True)
        self._fence = '"""', number

    def _in_docstring(self, number: int, line: str, said: str) -> None:
        fence = self._fence[0] if self._fence is not None else '"""'
        if said.startswith(fence):
            self._fence = None
        elif said in _QUOTES:
            self._quotes(number, line)
            self._fence = None

    # Where the reading has come to

    def _enter(self, kind: Title) -> None:
        self._room = kind
        self._steps = False

    def _opens(self, number: int, word: Word, *, titles: bool = True) -> bool:
        """Whether what follows a line is what follows a title of that kind."""
        after = next((one.strip() for one in self.lines[number:] if one.strip() and one.strip()[0] != "#"), "")
        if word.kind == "examples":
            return after.startswith(("|", *_BARS))
        if after.startswith(self._step_starts) or (titles and meant_title(after, self.language) is not None):
            return True
        step = meant_step(after, self.language)
        return step is not None and a_sentence(step[1].strip(), self.language) is not None

    def _write(self, number: int, line: str, right: str, *, form: bool) -> None:
        """What was meant by a line; where that is only form, what `--fix` writes."""
        indent = line[: len(line) - len(line.lstrip())] if right else ""
        self._result.meant[number - 1] = indent + right
        if form:
            self._result.formed[number - 1] = indent + right

    @staticmethod
    def _at(number: int, line: str) -> Place:
        return Place(number, len(line) - len(line.lstrip()) + 1)


def _joined(word: str, rest: str) -> str:
    return f"{word} {rest}"


def _write(right: str) -> tuple[str, str]:
    return f"write `{right}`", f"请写“{right}”"


def _remark(said: str, language: str) -> tuple[str, str]:
    given, when, then = (keywords(language).steps[kind][0].strip() for kind in ("given", "when", "then"))
    short = key(said)[:20]
    return (
        f"begin a step with {given}, {when} or {then}, and a remark with #: `# {short}…`",
        f"步骤以“{given}”“{when}”“{then}”开头；若是备注，请在行首加“#”",
    )
