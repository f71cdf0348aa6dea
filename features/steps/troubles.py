"""What is wrong with a step, in English and Chinese: no sentence, two sentences, a wrong value, a wrong table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from features.steps.matching import nearest
from features.steps.story import StoryTrouble

if TYPE_CHECKING:
    from collections.abc import Iterable

    from features.steps.matching import Reading, WrongValue
    from features.steps.parameters import Pair
    from features.steps.sentence import Kind
    from features.steps.tables import TableTrouble


class NotASentence(StoryTrouble):
    """A step that is no sentence of the catalogue, is one with a wrong value, or is two of them."""

    def __init__(self, reading: Reading, kind: Kind | None) -> None:
        if reading.matches:
            keys = ", ".join(one.sentence.key for one in reading.matches)
            english, chinese = f"this is more than one sentence: {keys}", f"这一句有不止一种读法：{keys}"
        elif reading.mistaken:
            pairs = [_wrong(one) for one in reading.mistaken[0].wrong]
            english, chinese = "; ".join(pair[0] for pair in pairs), "；".join(pair[1] for pair in pairs)
        else:
            near = nearest(reading.text, reading.language, kind)
            english = "\n  ".join(["there is no such sentence; near ones:", *(one.shown[0] for one in near)])
            chinese = "\n  ".join(["没有这样的句子；相近的有：", *(one.shown[1] for one in near)])
        super().__init__(f"{english}\n  {reading.text}", f"{chinese}\n  {reading.text}")


def _wrong(one: WrongValue) -> tuple[str, str]:
    said, instead = one.malformed.said, one.malformed.instead
    return f"{said[0]}; {instead[0]}", f"{said[1]}；{instead[1]}"


class TableWrong(StoryTrouble):
    """A table that is not the one of its sentence."""

    def __init__(self, troubles: Iterable[TableTrouble]) -> None:
        pairs = [one.said for one in troubles]
        super().__init__("\n  ".join(pair[0] for pair in pairs), "\n  ".join(pair[1] for pair in pairs))


class DoesNotHold(StoryTrouble, AssertionError):
    """A Then that does not hold: what was expected and answered, where that can be said shortly, and the answer."""

    def __init__(self, text: str, expected: Pair | str, answered: Pair | str, told: Pair) -> None:
        self.text, self.told = text, told
        self.expected, self.answered = (_pair(one) if expected or answered else None for one in (expected, answered))
        english, chinese = [f"this does not hold: {text}"], [f"不成立：{text}"]
        if self.expected is not None and self.answered is not None:
            english += [f"  expected: {self.expected[0]}", f"  answered: {self.answered[0]}"]
            chinese += [f"  应为：{self.expected[1]}", f"  实为：{self.answered[1]}"]
        super().__init__("\n".join([*english, "", told[0]]), "\n".join([*chinese, "", told[1]]))


def _pair(said: Pair | str) -> Pair:
    return said if isinstance(said, tuple) else (said or "–", said or "–")
