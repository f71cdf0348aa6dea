"""`python -m api.reference docs` writes the generated pages into a folder."""

from __future__ import annotations

import sys
from pathlib import Path

from api.reference import write

if len(sys.argv) != 2:  # noqa: PLR2004 - the program and the folder
    sys.exit("usage: python -m api.reference FOLDER")
write(Path(sys.argv[1]))
