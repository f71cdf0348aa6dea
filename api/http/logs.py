"""What is logged: all on standard error, which whoever runs the service keeps; no token, whoever says it where."""

from __future__ import annotations

import logging
import re
from time import monotonic
from typing import Any

SECONDS_BETWEEN = 10.0
_MOST_KEPT = 100
_TOKEN = re.compile(r"(?i)(remit(?:_|%5f)|eyJ)[^\s\"&]+")


class Masked(logging.Filter):
    """Leaves of whatever looks like a token only its beginning."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record goes on."""
        said = record.getMessage()
        masked = _TOKEN.sub(r"\1…", said)
        if masked != said:
            record.msg, record.args = masked, ()
        return True


class Seldom:
    """A log that says the same sentence once in some seconds, however often it is told."""

    def __init__(self, name: str) -> None:
        self._log = logging.getLogger(name)
        self._said: dict[str, float] = {}

    def error(self, sentence: str) -> None:
        """Say it, where it was not said just now."""
        now = monotonic()
        if sentence in self._said and now - self._said[sentence] < SECONDS_BETWEEN:
            return
        if len(self._said) >= _MOST_KEPT:
            self._said.clear()
        self._said[sentence] = now
        self._log.error("%s", sentence)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"masked": {"()": Masked}},
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "bare": {"format": "%(message)s"},
    },
    "handlers": {
        "plain": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["masked"]},
        "bare": {"class": "logging.StreamHandler", "formatter": "bare", "filters": ["masked"]},
    },
    "loggers": {
        "uvicorn": {"handlers": ["plain"], "level": "INFO", "propagate": False},
        "remit": {"handlers": ["plain"], "level": "INFO", "propagate": False},
        "remit.audit": {"handlers": ["bare"], "level": "INFO", "propagate": False},
    },
}
"""No request's headers or body are ever logged."""
