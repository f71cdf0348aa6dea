"""The commands about specifications, which make themselves known to the command line when this is imported.

`remit` imports it through the entry point `remit.commands`, because `api` may not import `features`.
"""

from features.spec import booking, checking, running

__all__ = ["booking", "checking", "running"]
