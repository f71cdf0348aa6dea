"""What a check finds: where, what is wrong, and what to write instead, in English and in Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Place(NamedTuple):
    """A line and a column of a file, both from 1."""

    line: int
    column: int = 1


@dataclass(frozen=True, order=True, kw_only=True)
class Finding:
    """One thing found in a file. `code` is stable; `fixable` says that `--fix` repairs it, because it is only form.

    A file with an error is not run; a warning is something that most likely was not meant.
    """

    file: str
    line: int
    column: int
    code: str
    message_en: str
    message_zh: str
    instead_en: str = ""
    instead_zh: str = ""
    severity: Severity = "error"
    fixable: bool = False

    def said(self, lang: str) -> str:
        """What is wrong and what to write instead, in one language."""
        if lang.startswith("zh"):
            return f"{self.message_zh}；{self.instead_zh}" if self.instead_zh else self.message_zh
        return f"{self.message_en}; {self.instead_en}" if self.instead_en else self.message_en


class Findings:
    """What has been found in one file so far; nothing is said twice."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: dict[tuple[int, int, str, str], Finding] = {}

    def add(  # noqa: PLR0913 - what a finding says
        self,
        code: str,
        place: Place,
        said: tuple[str, str],
        instead: tuple[str, str] = ("", ""),
        *,
        warning: bool = False,
        fixable: bool = False,
    ) -> None:
        """One more: English, Chinese."""
        finding = Finding(
            file=self.file,
            line=place.line,
            column=place.column,
            code=code,
            message_en=said[0],
            message_zh=said[1],
            instead_en=instead[0],
            instead_zh=instead[1],
            severity="warning" if warning else "error",
            fixable=fixable,
        )
        self._found.setdefault((place.line, place.column, code, said[0]), finding)

    def sorted(self) -> list[Finding]:
        """By line and column; no warnings about a line that has an error."""
        wrong = {one.line for one in self._found.values() if one.severity == "error"}
        found = [one for one in self._found.values() if one.severity == "error" or one.line not in wrong]
        return sorted(found, key=lambda one: (one.line, one.column, one.code, one.message_en))


def failing(findings: list[Finding]) -> bool:
    """Whether any is an error."""
    return any(one.severity == "error" for one in findings)
