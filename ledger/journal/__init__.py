"""The journal: one stream of entries on the stock recorders of the eventsourcing library, and the vault beside it.

The originator is the ledger, the originator version is the entry number. Entries and vault rows move in one
transaction. `store.py` says what an engine must do, `sqlite.py` and `postgres.py` do it; the URL chooses.
"""

from ledger.journal.journal import Journal, Raced

__all__ = ["Journal", "Raced"]
