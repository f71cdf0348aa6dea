"""What is true, and who may.

Read in this order: `events.py` (every fact), `commands.py` (every request), `refusals.py` (every no); `moments.py`,
`money.py`, `timeline.py` (one property in two times); `books/` (the fold), `policy/` (who could), `deciding/` (command +
books → event or refusal); `codec.py`, `journal/` (storage), `submit.py` (the one write path); `asking.py` (a question's two
times as people write them). The law behind all of it is docs/semantics.md.
"""

from ledger.submit import Ledger, Receipt

__all__ = ["Ledger", "Receipt"]
