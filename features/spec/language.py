"""In which language a file is, by its first line and by its keywords."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from features.spec.findings import Place
from features.spec.keywords import COLONS, LANGUAGES, SPOKEN, Language, keywords

if TYPE_CHECKING:
    from features.spec.findings import Findings

_PLAIN = re.compile(r"\s*#\s*language\s*:\s*([a-zA-Z\-_]+)\s*")
_MEANT = re.compile(
    rf"[\s\u200b\ufeff]*[#＃]?\s*(?:language|lang|langauge|语言|語言)\s*[{COLONS}=＝\s]\s*([\w\-－]+)\s*",
    re.IGNORECASE,
)
_HEAD = re.compile(rf"\s*([^\s{COLONS}][^{COLONS}]{{0,24}}?)\s*[{COLONS}]")
_ENOUGH = 40


class Said(NamedTuple):
    """The language of a file, and where its first line stands that says so or was meant to (0: nowhere)."""

    language: Language
    line: int
    right: str | None
    """What that line should say; None where it says so already."""


def language(text: str, findings: Findings) -> Said:
    """The language of a text."""
    count = _spoken(text)
    spoken = _most(count)
    for number, line in enumerate(text.split("\n"), 1):
        said = line.strip()
        plain = _PLAIN.fullmatch(line)
        meant = plain or _MEANT.fullmatch(line)
        if meant is not None:
            return _stated(meant[1], number, count, findings, plain=plain is not None)
        if said and said[0] not in "#＃@":
            break
    found = spoken or "en"
    if found == "en":
        return Said("en", 0, None)
    said_en = "the file does not say that it is in Chinese, so nothing in it is understood"
    findings.add(
        "LANGUAGE_MISSING",
        Place(1),
        (said_en, "文件没有说明语言，其中的中文关键字都不会被识别"),
        (f"write `# language: {found}` as the first line", f"请在第一行写“# language: {found}”"),
        fixable=True,
    )
    return Said(found, 0, f"# language: {found}")


def _stated(name: str, number: int, count: dict[Language, int], findings: Findings, *, plain: bool) -> Said:
    spoken = _most(count)
    found = name if name in LANGUAGES else SPOKEN.get(re.sub(r"[^a-z]", "", name.casefold().replace("－", "")))
    place = Place(number)
    if found is None:
        found = spoken or "en"
        what = f"there are no sentences in the language “{name}”", f"没有语言“{name}”的句子"
        instead = "write `# language: zh-CN`, zh-TW or en", "请写“# language: zh-CN”（简体）或 zh-TW、en"
        findings.add("LANGUAGE_UNKNOWN", place, what, instead)
        return Said(found, number, f"# language: {found}")
    right = f"# language: {found}"
    if not plain or name != found:
        what = "this line does not name the language in the way that is read", "这一行的语言写法不能被识别"
        instead = f"write `{right}`", f"请写“{right}”"
        findings.add("LANGUAGE_MALFORMED", place, what, instead, fixable=True)
    if spoken is not None and not count[found]:
        what = (
            f"the file says {found}, and its keywords are those of {spoken}",
            f"文件写明 {found}，关键字却是 {spoken} 的",
        )
        instead = f"write `# language: {spoken}`", f"请写“# language: {spoken}”"
        findings.add("LANGUAGE_WRONG", place, what, instead)
        return Said(spoken, number, f"# language: {spoken}")
    return Said(found, number, None if plain and name == found else right)


def _spoken(text: str) -> dict[Language, int]:
    """How much the titles and steps of a text are those of each language."""
    count: dict[Language, int] = dict.fromkeys(LANGUAGES, 0)
    seen = 0
    for line in text.split("\n"):
        bare = line.strip()
        if not bare or bare[0] in "#@|":
            continue
        head = _HEAD.match(line)
        for one in LANGUAGES:
            own = keywords(one)
            if head is not None and any(head[1].casefold() == word.casefold() for _, word in own.every_title):
                count[one] += 3
            if bare.startswith(own.step_starts):
                count[one] += 1
        seen += 1
        if seen > _ENOUGH:
            break
    return count


def _most(count: dict[Language, int]) -> Language | None:
    """The language of most; what both Chinese scripts write alike is Simplified."""
    best = max(LANGUAGES, key=lambda one: count[one])
    return best if count[best] else None
