"""Binds the files of a run to pytest. The child process has it collected; nothing else imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_bdd import scenarios

from features.spec.child import running
from features.spec.live import LiveStory

if TYPE_CHECKING:
    from features.steps.story import Story
    from ledger import Ledger

for number, path in enumerate(running().order.files):
    try:
        scenarios(path)
    except Exception as error:  # noqa: BLE001 - whatever the engine says of one file, the others are run
        running().broken(number, error)

if (ledger := running().ledger) is not None:
    asked: Ledger = ledger

    @pytest.fixture
    def story() -> Story:
        """The real ledger, the same for every scenario, in place of one of its own."""
        return LiveStory(asked)
