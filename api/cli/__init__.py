"""The command line: `remit …`.

`app.py` has the frame (languages, errors, exit codes), `door.py` what every command is given, `options.py` the words on
the line, `asking.py`, `pictures.py` and `records.py` the commands.

Exit codes: 0 answered (that nobody could is an answer), 1 refused, undetermined or damaged, 2 bad input.
"""

from __future__ import annotations

import sys

BROKEN_PIPE, INTERRUPTED = 141, 130


def main() -> None:
    """Run the command line on the arguments of this process and exit."""
    try:
        from api.cli.app import run  # noqa: PLC0415 - an interrupt while importing is an interrupt, not a traceback

        code = run(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = BROKEN_PIPE
        _close_quietly()
    sys.exit(code)


def _close_quietly() -> None:
    """Let nothing be written any more to a reader who has gone."""
    import os  # noqa: PLC0415 - needed here only

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
