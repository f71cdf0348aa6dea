"""The read tables, by subject: which there are, what their columns mean, how a thing reads in them.

Personal data stands in none of them: of persons they know the ids.
"""

from projections.tables.chart import CHART
from projections.tables.columns import METADATA, NO_END, NO_END_OF_TIME, Kept, Projection, instant, new_row, rows
from projections.tables.contracts import CONTRACTS
from projections.tables.history import HISTORY
from projections.tables.limits import LIMITS
from projections.tables.targets import TARGETS

__all__ = [
    "FORM",
    "METADATA",
    "NO_END",
    "NO_END_OF_TIME",
    "PROJECTIONS",
    "Kept",
    "Projection",
    "instant",
    "new_row",
    "rows",
]

PROJECTIONS = (CHART, LIMITS, HISTORY, CONTRACTS, TARGETS)
FORM = 1
"""The number of the tables' form: tables of another one are not carried on but made anew."""
