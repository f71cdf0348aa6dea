"""The example, told on the command line: `python -m features.marketing_centre [LEDGER] [--lang en|zh]`.

It makes a new ledger, in a temporary folder or at the path given, loads the charter, what happened since and a
correction, and asks. Each command is shown before its answer; typed into a shell, it gives the same. Then it loads a
year of decisions, contracts and targets and shows what was outside authority, and what another correction would change.
"""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from api.cli import exit_with
from api.cli.app import run
from api.words import language
from features.marketing_centre.year import MONTHS, show_breaches, show_flips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.words import Lang

HERE = Path(__file__).resolve().parent
LOCALES: dict[Lang, str] = {"en": "en_US.UTF-8", "zh": "zh_CN.UTF-8"}
BEGIN: dict[Lang, str] = {
    "en": "A new ledger; the charter, what happened since, and a correction.",
    "zh": "新的台账：章程、其后的经过、一次更正。",
}
STORY: tuple[tuple[dict[Lang, str], tuple[str, ...]], ...] = (
    (
        {
            "en": "On 15 June the director holds the post: up to 2,000 yuan.",
            "zh": "6月15日，营销总监在任：2000元以内由其审批。",
        },
        ("who", "approve", "计划外资金使用", "1800", "--on", "2026-06-15"),
    ),
    (
        {
            "en": "On 10 July the post is vacant: the general manager steps in.",
            "zh": "7月10日，营销总监空缺：由公司总经理上提行使。",
        },
        ("who", "approve", "计划外资金使用", "1800", "--on", "2026-07-10"),
    ),
    (
        {
            "en": "On 15 August somebody acts as director, with the full authority of the post.",
            "zh": "8月15日，有人代理营销总监：代理人有岗位的全部权限。",
        },
        ("who", "approve", "计划外资金使用", "1800", "--on", "2026-08-15"),
    ),
    (
        {"en": "2,500 yuan are above the director's limit.", "zh": "2500元超过营销总监的限额。"},
        ("who", "approve", "计划外资金使用", "2500", "--on", "2026-06-15"),
    ),
    (
        {"en": "Nobody approves what they ask for themselves.", "zh": "本人申请的，本人不得审批。"},
        ("may", "林晓峰", "approve", "计划外资金使用", "1800", "--by", "林晓峰", "--on", "2026-06-15"),
    ),
    ({"en": "The organisation in the summer …", "zh": "夏天的组织图"}, ("chart", "--on", "2026-07-10")),
    ({"en": "… and in the new year.", "zh": "次年的组织图"}, ("chart", "--on", "2027-01-15")),
    (
        {
            "en": "5 September, as known before entry 263 corrected the appointment …",
            "zh": "9月5日，按更正（263号记录）之前所知",
        },
        ("who", "approve", "计划外资金使用", "1800", "--on", "2026-09-05", "--known", "#262"),
    ),
    (
        {"en": "… and as known after it.", "zh": "9月5日，按更正之后所知"},
        ("who", "approve", "计划外资金使用", "1800", "--on", "2026-09-05", "--known", "#263"),
    ),
)
YEAR: dict[Lang, str] = {
    "en": "A year of decisions, contracts and targets, month by month.",
    "zh": "一年的决定、合同与目标，逐月装入。",
}
BREACHES: dict[Lang, str] = {
    "en": "What was done outside authority in 2026, and why:",
    "zh": "2026年不在权限之内的行权，及其原因：",
}
FLIPS: dict[Lang, str] = {
    "en": "What a second correction (the acting director began a week later) would turn over; nothing is recorded:",
    "zh": "第二次更正（代理晚一周起算）若装入，会翻转的判定；并不入账：",
}


def main(arguments: Sequence[str]) -> int:
    """Tell the story; the exit code of the first command that fails, else 0."""
    lang, place = None, None
    words = iter(arguments)
    for word in words:
        if word == "--lang" or word.startswith("--lang="):
            lang = word.partition("=")[2] or next(words, None)
        else:
            place = word
    if place is not None:
        return tell(place, language(lang))
    with tempfile.TemporaryDirectory(prefix="remit-") as folder:
        return tell(str(Path(folder) / "example.db"), language(lang))


def tell(place: str, lang: Lang) -> int:
    """The story on a new ledger, in a language."""
    os.environ["REMIT_LEDGER"], os.environ["LC_ALL"] = place, LOCALES[lang]
    files = [os.path.relpath(HERE / f"{name}.yaml") for name in ("charter", "history", "correction")]
    _print(BEGIN[lang])
    _print(f"$ export REMIT_LEDGER={_quoted(place)} LC_ALL={LOCALES[lang]}")
    code = _ask(("init", "--from", files[0])) or _ask(("load", *files))
    for title, line in STORY:
        if code:
            break
        _print("\n\n" + title[lang])
        code = _ask(line)
    return code or _tell_the_year(place, lang)


def _tell_the_year(place: str, lang: Lang) -> int:
    _print("\n\n" + YEAR[lang])
    code = _ask(("load", *(os.path.relpath(month) for month in MONTHS)))
    if not code:
        _print("\n\n" + BREACHES[lang])
        show_breaches(place, lang)
        _print("\n\n" + FLIPS[lang])
        show_flips(place, lang)
    return code


def _ask(line: Sequence[str]) -> int:
    _print("$ remit " + " ".join(_quoted(word) for word in line))
    return run(line)


def _print(text: str) -> None:
    print(text, flush=True)


def _quoted(word: str) -> str:
    """A word as a shell takes it; Chinese needs no quotes."""
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word) else shlex.quote(word)


if __name__ == "__main__":
    exit_with(main)
