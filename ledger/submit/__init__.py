"""The one write path: catch up → decide → append → receipt.

`ledger.py` holds a journal and its books and is what everybody writes through; `work.py` decides commands tentatively;
`wording.py` looks at a command's words before anything is decided.
"""

from ledger.submit.ledger import ERASED, Ledger, utc_now
from ledger.submit.wording import fingerprint
from ledger.submit.work import Receipt

__all__ = ["ERASED", "Ledger", "Receipt", "fingerprint", "utc_now"]
