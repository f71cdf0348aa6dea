"""Who could, on that date, as known then or now: pure functions `(books, question) → answer` (semantics.md 5).

`questions.py` has the question, the reasons and the answers; `routes.py` finds every way in which somebody would
exercise an authority; `checks.py` tries one way; `answers.py` puts them together. No clock, no I/O, no framework.
"""

from ledger.policy.answers import may, what_could, who_could
from ledger.policy.questions import (
    MISSING,
    REASONS,
    Answer,
    Capacity,
    Code,
    Finding,
    OpenAuthority,
    Opportunities,
    Question,
    Route,
    Ruling,
)

__all__ = [
    "MISSING",
    "REASONS",
    "Answer",
    "Capacity",
    "Code",
    "Finding",
    "OpenAuthority",
    "Opportunities",
    "Question",
    "Route",
    "Ruling",
    "may",
    "what_could",
    "who_could",
]
