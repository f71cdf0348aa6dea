"""Requests about authority: instruments, acts, matters, scope values, grants, delegations, restrictions, rules."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, field

from ledger.commands.base import AmountWords, Depth, FactCommand, LimitWords, Name, Period
from ledger.events import WINDOW, GrantKind, Pool, RuleName, SignerClass
from ledger.ids import Act, AuthorityId, Holder, InstrumentId, ItemId, MatterId, PersonId, RestrictionId


class IssueInstrument(FactCommand, tag="issue-instrument", kw_only=True):
    """Make a document known that others rest on."""

    issued: InstrumentId = field(name="id")
    number: Name
    title: Name
    kind: Name
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None
    signatories: tuple[PersonId, ...] = ()


class DefineAct(FactCommand, tag="define-act", kw_only=True):
    """Add an act beyond those that every ledger knows."""

    act: Act
    name: Name


class DefineMatter(FactCommand, tag="define-matter", kw_only=True):
    """Define a matter about which authority can be held."""

    matter: MatterId
    name: Name
    parent: MatterId | None = None
    reserved: bool = False


class RenameMatter(FactCommand, tag="rename-matter", kw_only=True):
    """Give a matter another name."""

    matter: MatterId
    name: Name


class MoveMatter(FactCommand, tag="move-matter", kw_only=True):
    """Make a matter part of another; without `parent`, it stands by itself."""

    matter: MatterId
    parent: MatterId | None = None


class ReserveMatter(FactCommand, tag="reserve-matter", kw_only=True):
    """Reserve a matter, so that no delegated route covers it; with `reserved: false`, open it again."""

    matter: MatterId
    reserved: bool = True


class PlaceScopeValue(FactCommand, tag="place-scope-value", kw_only=True):
    """Place a value of a scope dimension below another; without `parent`, at the top."""

    dimension: Name
    value: Name
    parent: Name | None = None


class GrantAuthority(Period, tag="grant-authority", kw_only=True):
    """Give a holder authority. `depth`: how many delegations may stand one under another below it (yes is 1)."""

    authority: AuthorityId
    holder: Holder
    act: Act
    matter: MatterId
    limit: LimitWords | None = None
    scope: dict[str, tuple[Name, ...]] = {}
    kind: GrantKind = "standing"
    depth: Depth = 0
    lifts: tuple[RestrictionId, ...] = ()
    outlasts_office: bool = False
    uses: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    by_decision: ItemId | None = None


class DelegateAuthority(Period, tag="delegate-authority", kw_only=True):
    """Give part of an authority to another.

    `depth` is for a delegation that `may_subdelegate`; where it is not stated, it is the source's less one.
    """

    authority: AuthorityId
    source: AuthorityId
    giver: Holder
    holder: Holder
    limit: LimitWords | None = None
    scope: dict[str, tuple[Name, ...]] = {}
    matter: MatterId | None = None
    may_subdelegate: bool = False
    depth: Depth | None = None
    covers_pending: bool = True
    outlasts_office: bool = False


class AmendLimit(Period, tag="amend-limit", kw_only=True):
    """Give a grant or delegation another limit."""

    authority: AuthorityId
    limit: LimitWords | None = None
    amended_by: Holder | None = None


class AmendScope(Period, tag="amend-scope", kw_only=True):
    """Give a grant or delegation another scope; an empty one asks for nothing."""

    authority: AuthorityId
    scope: dict[str, tuple[Name, ...]] = {}
    amended_by: Holder | None = None


class AmendDepth(FactCommand, tag="amend-depth", kw_only=True):
    """Let a grant or delegation be delegated to another depth; without `depth`, a delegation no further at all."""

    authority: AuthorityId
    depth: Depth | None = None
    amended_by: Holder | None = None


class CapAuthority(Period, tag="cap-authority", kw_only=True):
    """Cap what is done by a grant or delegation: in sum per window, over the acts of one pool; `unlimited` lifts it.

    A window is `month`, `quarter`, `year`, `fiscal_year`, `grant` (its life) or `30 days` (rolling).
    """

    authority: AuthorityId
    limit: LimitWords | None = None
    window: Annotated[str, Meta(pattern=f"^({WINDOW})$")]
    pool: Pool


class RequireJointly(Period, tag="require-jointly", kw_only=True):
    """Let a grant need several distinct persons, and of them so many of each class; 1 without classes ends that."""

    authority: AuthorityId
    persons: Annotated[int, Meta(ge=1, le=100)]
    classes: tuple[SignerClass, ...] = ()


class SuspendAuthority(Period, tag="suspend-authority", kw_only=True):
    """Suspend a grant or delegation, for a period or until it is resumed."""

    authority: AuthorityId


class ResumeAuthority(FactCommand, tag="resume-authority", kw_only=True):
    """Put a suspended grant or delegation in force again."""

    authority: AuthorityId


class RevokeAuthority(FactCommand, tag="revoke-authority", kw_only=True):
    """Revoke a grant or delegation; `from` is its first day without."""

    authority: AuthorityId


class ImposeRestriction(Period, tag="impose-restriction", kw_only=True):
    """Forbid an act over a matter and all below it: at all, or only above a limit, or only within a scope.

    Without `holder` it binds everyone.
    """

    restriction: RestrictionId
    holder: Holder | None = None
    act: Act
    matter: MatterId
    above: LimitWords | None = None
    scope: dict[str, tuple[Name, ...]] = {}


class LiftRestriction(FactCommand, tag="lift-restriction", kw_only=True):
    """End a restriction."""

    restriction: RestrictionId


class PublishRate(Period, tag="publish-rate", kw_only=True):
    """Publish what one unit of a currency is worth in another."""

    currency: Name
    worth: AmountWords
    series: Name = "default"


class PublishBaseFigure(Period, tag="publish-base-figure", kw_only=True):
    """Publish a base figure of which limits are a percentage."""

    base: Name
    amount: AmountWords


class SetRule(Period, tag="set-rule", kw_only=True):
    """Decide by which rule questions are answered from a date on."""

    rule: RuleName
    value: Name
