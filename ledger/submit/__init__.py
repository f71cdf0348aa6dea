"""The one write path: catch up → decide → append → receipt.

`ledger.py` holds a journal and its books and is what everybody writes through; `work.py` decides commands tentatively;
`wording.py` looks at a command's words before anything is decided; `committer.py` records for many at once.
"""

from ledger.submit.committer import Busy, Committer
from ledger.submit.ledger import ERASED, Ledger, utc_now
from ledger.submit.wording import fingerprint
from ledger.submit.work import Receipt

__all__ = ["ERASED", "Busy", "Committer", "Ledger", "Receipt", "fingerprint", "utc_now"]
