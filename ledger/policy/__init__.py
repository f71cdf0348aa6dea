"""Who could, on that date, as known then or now: pure functions `(books, question) → answer` (semantics.md 5).

`questions.py` has the question, the reasons and the answers; `routes.py` finds every way in which somebody would
exercise an authority; `checks.py` tries one way, `precedents.py` with what was done before (`use.py`: what was drawn
from which pool); `answers.py` puts them together, with what is still needed (`needs.py`, `signers.py`,
`committees.py`). `judging.py` judges acts that were done, `settling.py` makes verdicts of that (`verdicts.py`),
`setters.py` those about targets; `flips.py` compares them (`reach.py`: which can differ). No clock, no I/O.
"""

from ledger.policy.answers import may, what_could, who_could
from ledger.policy.flips import flips
from ledger.policy.questions import (
    MISSING,
    REASONS,
    Answer,
    Capacity,
    Code,
    Finding,
    Need,
    OpenAuthority,
    Opportunities,
    Question,
    Remainder,
    Route,
    Ruling,
)
from ledger.policy.settling import act_verdict, breaches, item_verdict
from ledger.policy.verdicts import WITHIN, Flip, FlipReport, Verdict, VerdictCode, View

__all__ = [
    "MISSING",
    "REASONS",
    "WITHIN",
    "Answer",
    "Capacity",
    "Code",
    "Finding",
    "Flip",
    "FlipReport",
    "Need",
    "OpenAuthority",
    "Opportunities",
    "Question",
    "Remainder",
    "Route",
    "Ruling",
    "Verdict",
    "VerdictCode",
    "View",
    "act_verdict",
    "breaches",
    "flips",
    "item_verdict",
    "may",
    "what_could",
    "who_could",
]
