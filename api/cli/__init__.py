"""The command line: `remit …`.

`app.py` has the frame (languages, errors, exit codes), `door.py` what every command is given, `options.py` the words on
the line, `meaning.py` what is told of words that mean nothing here, `asking.py`, `pictures.py`, `listing.py`,
`records.py`, `rebuild.py` and `loading.py` the commands.

Exit codes: 0 answered (that nobody could is an answer), 1 refused, undetermined or damaged, 2 bad input, 130
interrupted, 141 nobody reads on.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

INTERRUPTED, BROKEN_PIPE = 130, 141
"""What a shell says of a process that ended by SIGINT or SIGPIPE."""
UNWRITTEN = 1


def main() -> NoReturn:
    """Run the command line on the arguments of this process and exit."""
    exit_with(_run)


def exit_with(work: Callable[[Sequence[str]], int]) -> NoReturn:
    """Do the work on the arguments of this process and exit with its code; no traceback if interrupted or unread."""
    try:
        code = work(sys.argv[1:])
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        code = BROKEN_PIPE
        _write_no_more()
    except OSError as error:
        code = UNWRITTEN
        sys.stderr.write(f"OUTPUT_FAILED the answer cannot be written: {error.strerror}\n")
        _write_no_more()
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    from api.cli.app import run  # noqa: PLC0415 - an interrupt while this is imported is no traceback either

    return run(arguments)


def _write_no_more() -> None:
    """The reader has gone: what is still buffered goes nowhere."""
    import os  # noqa: PLC0415 - needed here only

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
