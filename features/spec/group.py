"""The group `remit spec`: what makes a function one of its commands, its help `help.spec.<name>` in `words.py`."""

from __future__ import annotations

from api.cli import app
from api.words.help import HELP
from features.spec.words import SPEC_HELP

HELP.update(SPEC_HELP)
spec = app.group("spec")
