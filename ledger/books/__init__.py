"""The fold of the journal into timelines: the state that decisions and questions stand on.

`state.py` says what the books hold, `fold.py` how an entry enters them (`tables.py`: which fact does what,
`standing.py`: what corrections make of a fact), `reading.py` what they say at one point of the
two times, `idle.py` which entries have no effect. Nothing recorded can make the fold fail, and it repeats no rule.
"""

from ledger.books.fold import fold, fold_tentatively
from ledger.books.reading import AsOf
from ledger.books.state import Books

__all__ = ["AsOf", "Books", "fold", "fold_tentatively"]
