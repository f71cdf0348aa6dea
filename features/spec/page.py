"""Pages of HTML that need nothing beside them: one file, no script, two languages, made to be printed too."""

from __future__ import annotations

import html
import re
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from features.steps.parameters import Pair

TEMPLATES = Path(__file__).with_name("templates")
LANGUAGES: Pair = ("en", "zh")
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def escaped(text: str) -> str:
    """A text as it stands in HTML, whatever is in it; what no page may hold is a replacement mark."""
    return html.escape(_UNSHOWN.sub("\ufffd", text.replace("\r\n", "\n")), quote=True)


def tag(name: str, *inside: str, **attributes: str | None) -> str:
    """An element; what is inside is HTML already. `class_` is the attribute `class`; what is None is left out."""
    said = "".join(f' {key.rstrip("_")}="{escaped(value)}"' for key, value in attributes.items() if value is not None)
    return f"<{name}{said}>{''.join(inside)}</{name}>"


def both(said: Pair, name: str = "span", **attributes: str) -> str:
    """A text of our own in both languages, one of which is shown."""
    marks = {key: value for key, value in attributes.items() if key != "class_"}
    further = f" {attributes['class_']}" if "class_" in attributes else ""
    return "".join(
        tag(name, escaped(text), class_=f"{lang}{further}", lang=lang, **marks)
        for lang, text in zip(LANGUAGES, said, strict=True)
    )


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are HTML already."""
    head = tag("thead", tag("tr", *(tag("th", one) for one in headings)))
    return tag("table", head, tag("tbody", *(tag("tr", *(tag("td", one) for one in row)) for row in rows)))


def page(title: str, body: str, *, lang: str, choices: Iterable[tuple[str, str]], further: str = "") -> str:
    """A whole page. `choices` are the languages to choose from, as id and label; `further` are switches beside them."""
    chosen = f"to-{lang}"
    radios = "".join(
        f'<input class="switch" type="radio" name="language" id="{name}"{" checked" if name == chosen else ""}>\n'
        for name, _ in choices
    )
    labels = "".join(tag("label", escaped(label), for_=name) for name, label in choices)
    more = '<input class="switch" type="checkbox" id="failing">\n' if further else ""
    switches = f"{radios}{more}{tag('nav', labels, further, class_='bar')}\n" if choices or further else ""
    return Template((TEMPLATES / "page.html").read_text("utf-8")).substitute(
        lang="zh-CN" if lang == "zh" else "en",
        title=escaped(title),
        style=(TEMPLATES / "page.css").read_text("utf-8"),
        switches=switches,
        body=body,
    )
