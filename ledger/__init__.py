"""What is true, and who may.

Read in this order: `events/` (every fact), `commands/` (every request), `refusals.py` (every no); `ids.py`,
`moments.py`, `money.py`, `timeline.py` (one property in two times); `books/` (the fold), `policy/` (who could),
`deciding/` (command + books → event or refusal); `codec.py`, `journal/` and `vault.py` (storage), `submit/` (the one
write path); `asking.py` (a question's two times as people write them); `checking.py` (is the journal sound, and which
entries are idle). The law behind all of it is docs/semantics.md.
"""

from ledger.submit import Ledger, Receipt

__all__ = ["Ledger", "Receipt"]
