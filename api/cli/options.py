"""The words on the line that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

LedgerOption = Annotated[str | None, typer.Option("--ledger", metavar="PLACE", help="help.--ledger")]
LangOption = Annotated[str | None, typer.Option("--lang", metavar="en|zh", help="help.--lang")]
JsonOption = Annotated[bool, typer.Option("--json", help="help.--json")]
CsvOption = Annotated[bool, typer.Option("--csv", help="help.--csv")]
OnOption = Annotated[str | None, typer.Option("--on", metavar="DATE", help="help.--on")]
KnownOption = Annotated[str | None, typer.Option("--known", metavar="DATE|#SEQ", help="help.--known")]
ByOption = Annotated[str | None, typer.Option("--by", metavar="PERSON", help="help.--by")]
ForOption = Annotated[str | None, typer.Option("--for", metavar="PERSON", help="help.--for")]
WithOption = Annotated[list[str] | None, typer.Option("--with", metavar="KEY=VALUE", help="help.--with")]
OpenedOption = Annotated[str | None, typer.Option("--opened", metavar="DATE", help="help.--opened")]
ItemOption = Annotated[str | None, typer.Option("--item", metavar="ITEM", help="help.--item")]
ClaimedOption = Annotated[str | None, typer.Option("--claimed", metavar="POSITION", help="help.--claimed")]
FromOption = Annotated[str | None, typer.Option("--from", metavar="DATE", help="help.--from.period")]
ToOption = Annotated[str | None, typer.Option("--to", metavar="DATE", help="help.--to")]
AsOption = Annotated[str, typer.Option("--as", metavar="ACCOUNT", envvar="REMIT_ACTOR", help="help.--as")]
ActArgument = Annotated[str, typer.Argument(metavar="ACT", help="help.ACT")]
MatterArgument = Annotated[str, typer.Argument(metavar="MATTER", help="help.MATTER")]
AmountArgument = Annotated[str | None, typer.Argument(metavar="AMOUNT", help="help.AMOUNT")]
PersonArgument = Annotated[str, typer.Argument(metavar="PERSON", help="help.PERSON")]
ActorArgument = Annotated[str, typer.Argument(metavar="PERSON", help="help.ACTOR")]
PositionArgument = Annotated[str, typer.Argument(metavar="POSITION", help="help.POSITION")]
ItemArgument = Annotated[str, typer.Argument(metavar="ITEM", help="help.ITEM")]
ContractArgument = Annotated[str, typer.Argument(metavar="CONTRACT", help="help.CONTRACT")]
PeriodArgument = Annotated[str | None, typer.Argument(metavar="PERIOD", help="help.PERIOD")]
PlanArgument = Annotated[str, typer.Argument(metavar="FILE|#SEQ", help="help.PLAN")]
