"""The steps of a scenario by the catalogue: which sentence each is, its values, its table, its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from gherkin.gherkin_line import GherkinLine

from features.spec.findings import Place
from features.spec.keywords import COLONS, keywords
from features.spec.likeness import likeness, near
from features.spec.marks import as_meant
from features.spec.tree import Cell, Written
from features.spec.values import near_names, told, unknown_refusal
from features.steps.matching import TRADITIONAL, read
from features.steps.normal import has_quotes
from features.steps.parameters import PARAMETERS, Malformed
from features.steps.scripts import traditional
from features.steps.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from features.spec.findings import Findings
    from features.steps.matching import Match, Reading
    from features.steps.parameters import Pair
    from features.steps.sentence import Sentence
    from features.steps.tables import Row, TableTrouble

PLACE = re.compile(r"<([^<>]+)>")
_UNFILLED = re.compile(r"[<＜][^<>＜＞]*[>＞]")
_OPENERS = frozenset("<＜")
_FREE = 0.4
_NOT_AT_THE_END = ",，、;；?？!！…"
_NEVER_TRIED = frozenset({"G1", "G2"})
Filled = dict[str, Cell]
"""The row of an outline's examples, by its columns."""


class Understood(NamedTuple):
    """A step that is a sentence, its table read."""

    step: Written
    match: Match
    rows: list[Row]
    inside: bool = False
    """Whether it stands in the text of an attempt or a trial, where even a wrong name may be meant."""


class Reader:
    """The reading of the steps of one file."""

    def __init__(self, language: str, findings: Findings) -> None:
        self.language, self.findings = language, findings

    def step(self, step: Written, filled: Filled | None = None) -> list[Understood]:
        """A step and, if it has a text with a sentence in it, that; what is wrong with them is told."""
        if filled:
            step = _filled(step, filled)
        if _UNFILLED.search(step.text):
            return []
        match = self._match(step, filled or {})
        if match is None:
            return []
        rows = self._table(step, match, filled or {})
        found = [Understood(step, match, rows)]
        self._docstring(step, match.sentence, found, filled)
        return found

    def _match(self, step: Written, filled: Filled) -> Match | None:
        reading = read(step.text, self.language)
        if not reading.matches:
            reading = self._at_its_end(step, reading)
        if not reading.matches:
            reading = self._marks(step, reading)
        if not reading.matches:
            if reading.mistaken:
                self._wrong_values(step, reading, filled)
            else:
                self._no_sentence(step)
            return None
        if len(reading.matches) > 1:
            ways = [one.sentence.shown for one in reading.matches]
            said = (
                f"this can be read in two ways: {'; '.join(one[0] for one in ways)}",
                f"这一句有不止一种读法：{'；'.join(one[1] for one in ways)}",
            )
            self.findings.add("TWO_SENTENCES", step.place, said)
        match = reading.matches[0]
        if "refusal" in match.values:
            self._refusal(step, match)
        if step.kind is not None and match.sentence.kind != step.kind:
            self._wrong_keyword(step, match.sentence)
        return match

    def _at_its_end(self, step: Written, reading: Reading) -> Reading:
        """What a step would be with a colon at its end, or without what stands there."""
        bare = step.text.rstrip(COLONS + _NOT_AT_THE_END)
        colon = ":" if self.language == "en" else "："
        for right in (bare, f"{bare}{colon}"):
            other = read(right, self.language)
            if right != step.text and other.matches:
                end = Place(step.place.line, step.said_at.column + len(bare))
                said = "the sentence has a colon at its end", "这一句以冒号结尾"
                if right == bare:
                    said = "the sentence has nothing more at its end", "这一句到此为止，末尾没有标点"
                self.findings.add("SENTENCE_END", end, said, (f"write `{right}`", f"请写“{right}”"))
                return other
        return reading

    def _marks(self, step: Written, reading: Reading) -> Reading:
        """What a step would be with the marks of its sentence."""
        right, other = as_meant(step.text.rstrip(_NOT_AT_THE_END), reading, self.language)
        if other is reading:
            return reading
        same = next((at for at, pair in enumerate(zip(step.text, right, strict=False)) if pair[0] != pair[1]), 0)
        place = Place(step.place.line, step.said_at.column + same)
        said = (
            "this is almost a sentence: a word, a comma or a quote is another",
            "这一句差一点：用词、标点或引号与句式不同",
        )
        self.findings.add("SENTENCE_ALMOST", place, said, (f"write:\n{right}", f"请写：\n{right}"))
        return other

    def _refusal(self, step: Written, match: Match) -> None:
        value = match.values["refusal"]
        near_ones = unknown_refusal(str(value.read))
        if near_ones is None:
            return
        said = f"the ledger never refuses because of “{value.spelt}”", f"台账没有名为“{value.spelt}”的拒绝原因"
        near_ones = [self._spelt(one) for one in near_ones]
        instead = f"did you mean {', '.join(near_ones)}?", f"是否应为：{'、'.join(near_ones)}？"
        place = Place(step.place.line, step.said_at.column + value.column)
        self.findings.add("VALUE_WRONG", place, said, instead if near_ones else ("", ""))

    def _wrong_keyword(self, step: Written, sentence: Sentence) -> None:
        own = keywords(self.language).steps
        right, wrong = own[sentence.kind][0].strip(), step.keyword.strip()
        under = own[step.kind or "given"][0].strip()
        carried = f" (it goes on from “{under}”)", f"（承接上文的“{under}”）"
        also = carried if wrong not in {word.strip() for word in own[step.kind or "given"]} else ("", "")
        said = (
            f"this sentence stands under “{right}”, not under “{wrong}”{also[0]}",
            f"这一句应写在“{right}”之下，而不是“{wrong}”{also[1]}",
        )
        instead = f"{right} {step.text}"
        self.findings.add("KEYWORD_WRONG", step.place, said, (f"write `{instead}`", f"请写“{instead}”"))

    def _wrong_values(self, step: Written, reading: Reading, filled: Filled) -> None:
        best = min(reading.mistaken, key=lambda one: (one.sentence.kind != step.kind, len(one.wrong)))
        for one in best.wrong:
            code, said, instead = told(best.sentence.places[one.place].type, one.spelt, one.malformed)
            at = step.text.find(one.spelt)
            place = Place(step.place.line, step.said_at.column + (one.column if at < 0 else at))
            self.findings.add(code, _of_cell(one.spelt, filled, place), said, instead)

    def _no_sentence(self, step: Written) -> None:
        found = near(step.text, self.language, None)
        own, at = keywords(self.language).steps, self.language != "en"
        shown = [f"{own[one.kind][0].strip()} {self._spelt(one.shown[at])}" for one in found]
        instead = "did you mean:\n" + "\n".join(shown), "是否想写：\n" + "\n".join(shown)
        unquoted = ("", "") if has_quotes(step.text) else (" (names stand in quotes)", "（名称要写在引号里）")
        if likeness(step.text, self.language) < _FREE:
            said = (
                f"this is read as a step, and it is like no sentence{unquoted[0]}; a remark begins with #",
                f"这一行被当作步骤，而没有与之相近的句子{unquoted[1]}；若是备注，请在行首加“#”",
            )
            self.findings.add("FREE_TEXT", step.place, said, instead)
            return
        said = f"there is no such sentence{unquoted[0]}", f"没有这样的句子{unquoted[1]}"
        self.findings.add("NO_SENTENCE", step.place, said, instead)

    def _spelt(self, chinese: str) -> str:
        return traditional(chinese) if self.language == TRADITIONAL else chinese

    def _example(self, sentence: Sentence) -> Pair:
        shown = self._spelt(sentence.example[self.language != "en"])
        return f"for example:\n{shown}", f"例如：\n{shown}"

    # Tables

    def _table(self, step: Written, match: Match, filled: Filled) -> list[Row]:
        table = step.table
        if table is None and (match.sentence.table is None or match.sentence.table.when == "optional"):
            return []
        if table is not None and any(_OPENERS.intersection(cell.text) for row in table for cell in row):
            return []
        cells = [[cell.text for cell in row] for row in table] if table is not None else None
        rows, troubles = read_table(match.sentence, match.values, cells, self.language)
        for trouble in troubles:
            self._table_trouble(step, match.sentence, trouble, filled)
        return rows

    def _table_trouble(self, step: Written, sentence: Sentence, trouble: TableTrouble, filled: Filled) -> None:
        place, said, instead, code = step.place, trouble.said, ("", ""), str(trouble.code)
        table = step.table or ()
        if table and code not in ("TABLE_UNEXPECTED", "ROWS_MISSING", "COLUMN_MISSING"):
            cell = table[trouble.row][trouble.column]
            place = cell.place
            if code == "CELL_WRONG":
                code, said, instead = self._cell(sentence, table[0][trouble.column].text, cell, trouble)
                place = _of_cell(cell.text, filled, place)
            elif code == "COLUMN_UNKNOWN":
                instead = self._heading(sentence, cell.text)
        elif table:
            place = table[0][0].place if table[0] else place
        if code == "TABLE_UNEXPECTED":
            instead = "delete the table, or move it below its sentence", "请删去表格，或移到它所属的句子之下"
        elif code == "TABLE_MISSING":
            instead = self._example(sentence)
        self.findings.add(code, place, said, instead)

    def _cell(self, sentence: Sentence, heading: str, cell: Cell, trouble: TableTrouble) -> tuple[str, Pair, Pair]:
        rows = {"x": cell.text}
        columns = sentence.table.columns if sentence.table is not None else ()
        for column in columns:
            if heading in (column.english, column.chinese):
                try:
                    PARAMETERS[column.type].read(rows["x"])
                except Malformed as malformed:
                    code, said, instead = told(column.type, cell.text, malformed)
                    return ("CELL_WRONG" if code == "VALUE_WRONG" else code), said, instead
        return "CELL_WRONG", trouble.said, ("", "")

    def _heading(self, sentence: Sentence, heading: str) -> Pair:
        columns = sentence.table.columns if sentence.table is not None else ()
        known = [word for one in columns for word in (one.english, one.chinese)]
        found = near_names(heading, known, 1)
        return (f"did you mean “{found[0]}”?", f"是否应为“{found[0]}”？") if found else ("", "")

    # Texts

    def _docstring(self, step: Written, sentence: Sentence, found: list[Understood], filled: Filled | None) -> None:
        text = step.docstring
        if text is None:
            if sentence.docstring:
                said = (
                    "this sentence takes a text with a Given sentence below it",
                    "这一句下面应有一段文本，内写一句“假如”",
                )
                self.findings.add("DOCSTRING_MISSING", step.place, said, self._example(sentence))
            return
        if not sentence.docstring:
            said = "this sentence takes no text below it", "这一句下面不带文本"
            self.findings.add("DOCSTRING_UNEXPECTED", text.place, said, ("delete the text", "请删去文本"))
            return
        inner = _inside(text.content, text.place)
        if inner is None:
            said = (
                "the text holds one Given sentence and, below it, its table if it has one",
                "文本中应有一句“假如”的内容，其下可带该句的表格",
            )
            self.findings.add("DOCSTRING_WRONG", text.place, said)
            return
        for word in (*keywords(self.language).steps["given"], *keywords(self.language).steps["and"]):
            if inner.text.startswith(word) and not read(inner.text, self.language).matches:
                bare = inner.text.removeprefix(word).strip()
                said = "inside the text the sentence stands without its keyword", "文本之内的句子不写关键字"
                instead = f"write `{bare}`", f"请写“{bare}”"
                self.findings.add("DOCSTRING_KEYWORD", inner.place, said, instead)
                inner = inner._replace(text=bare)
                break
        for one in self.step(inner, filled):
            if one.match.sentence.key in _NEVER_TRIED:
                said = "this sentence can be neither attempted nor considered", "这一句不能尝试，也不能试算"
                self.findings.add("DOCSTRING_WRONG", inner.place, said)
            found.append(one._replace(inside=True))


def _inside(content: str, place: Place) -> Written | None:
    """The sentence inside a text, with its table."""
    written = [(place.line + at, line) for at, line in enumerate(content.split("\n"), 1) if line.strip()]
    if not written or any(line.strip().startswith("|") != (at > 0) for at, (_, line) in enumerate(written)):
        return None
    number, first = written[0]
    rows = tuple(_row(line, at, place.column) for at, line in written[1:])
    if len({len(row) for row in rows}) > 1:
        return None
    begins = Place(number, place.column + len(first) - len(first.lstrip()))
    return Written("given", "", first.strip(), begins, rows or None, None, begins)


def _row(line: str, number: int, column: int) -> tuple[Cell, ...]:
    cells = GherkinLine(line, number).table_cells
    return tuple([Cell(one["text"], Place(number, column + one["column"] - 1)) for one in cells])


def _filled(step: Written, filled: Filled) -> Written:
    table, docstring = step.table, step.docstring
    if table is not None:
        table = tuple(tuple(cell._replace(text=fill(cell.text, filled)) for cell in row) for row in table)
    if docstring is not None:
        docstring = docstring._replace(content=fill(docstring.content, filled))
    return step._replace(text=fill(step.text, filled), table=table, docstring=docstring)


def fill(text: str, filled: Mapping[str, Cell]) -> str:
    """A text with the values of a row in its places, as pytest-bdd puts them there."""
    return PLACE.sub(lambda found: filled[found[1]].text if found[1] in filled else found[0], text)


def _of_cell(spelt: str, filled: Filled, otherwise: Place) -> Place:
    """The cell of the examples that a value comes from."""
    for cell in filled.values():
        if cell.text and cell.text in (spelt, spelt.strip()):
            return cell.place
    return otherwise


def said_twice(words: Sequence[str]) -> list[str]:
    """The words that stand more than once, each once."""
    return list(dict.fromkeys(one for at, one in enumerate(words) if one in words[:at]))
