"""`python -m api.cli` is `remit`."""

from api.cli import main

main()
