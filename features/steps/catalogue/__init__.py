"""Each sentence once: its wording in each language, its table, an example, a line of help."""

from features.steps.catalogue.answers import ANSWERS
from features.steps.catalogue.authority import AUTHORITY
from features.steps.catalogue.conduct import CONDUCT
from features.steps.catalogue.organisation import ORGANISATION
from features.steps.catalogue.questions import QUESTIONS
from features.steps.catalogue.targets import TARGETS
from features.steps.sentence import Sentence

SENTENCES: tuple[Sentence, ...] = (*ORGANISATION, *AUTHORITY, *CONDUCT, *TARGETS, *QUESTIONS, *ANSWERS)
"""The catalogue, in the order of the step book."""
BY_KEY: dict[str, Sentence] = {one.key: one for one in SENTENCES}

__all__ = ["BY_KEY", "SENTENCES"]
