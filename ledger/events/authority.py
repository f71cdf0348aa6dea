"""Facts about authority: instruments, acts, matters, scope values, grants, delegations, restrictions, rules."""

from __future__ import annotations

from ledger.events.base import Fact, GrantKind, Pool, RuleName, ScopeTerm, SignerClass
from ledger.ids import Act, AuthorityId, Holder, InstrumentId, ItemId, MatterId, PersonId, RestrictionId
from ledger.moments import Moment
from ledger.money import Limit, Money

# Instruments, acts, matters, scope values


class InstrumentIssued(Fact, tag="instrument-issued/1", kw_only=True):
    """A document that others rest on was issued; `sha256` is the hexadecimal digest of its bytes."""

    issued: InstrumentId
    number: str
    title: str
    kind: str
    sha256: str | None = None
    signatories: tuple[PersonId, ...] = ()


class ActDefined(Fact, tag="act-defined/1", kw_only=True):
    """The ledger knows a further act."""

    act: Act
    name: str


class MatterDefined(Fact, tag="matter-defined/1", kw_only=True):
    """A matter, about which authority can be held, was defined, as part of another or by itself."""

    matter: MatterId
    name: str
    parent: MatterId | None = None
    reserved: bool = False


class MatterRenamed(Fact, tag="matter-renamed/1", kw_only=True):
    """A matter got another name."""

    matter: MatterId
    name: str


class MatterMoved(Fact, tag="matter-moved/1", kw_only=True):
    """A matter became part of another, or stands by itself."""

    matter: MatterId
    parent: MatterId | None = None


class MatterReserved(Fact, tag="matter-reserved/1", kw_only=True):
    """A matter was reserved (no delegated route covers it), or opened to delegation again."""

    matter: MatterId
    reserved: bool


class ScopeValuePlaced(Fact, tag="scope-value-placed/1", kw_only=True):
    """A value of a scope dimension lies below another, or at the top."""

    dimension: str
    value: str
    parent: str | None = None


# Grants, delegations, restrictions, figures, rules


class AuthorityGranted(Fact, tag="authority-granted/1", kw_only=True):
    """A holder was given authority: an act over a matter, within a limit and a scope, delegable to a depth.

    `uses` is how often a special grant may be used; `by_decision` is the item (a resolution, an approval) it rests on.
    """

    authority: AuthorityId
    holder: Holder
    act: Act
    matter: MatterId
    limit: Limit
    scope: tuple[ScopeTerm, ...] = ()
    kind: GrantKind = "standing"
    depth: int = 0
    lifts: tuple[RestrictionId, ...] = ()
    outlasts_office: bool = False
    uses: int | None = None
    by_decision: ItemId | None = None
    until: Moment | None = None


class AuthorityDelegated(Fact, tag="authority-delegated/1", kw_only=True):
    """A holder gave part of an authority to another, keeping it and staying accountable.

    `depth` is how many delegations may stand below this one; None where none may, 0 where one may be attempted in vain.
    """

    authority: AuthorityId
    source: AuthorityId
    giver: Holder
    holder: Holder
    limit: Limit
    scope: tuple[ScopeTerm, ...] = ()
    matter: MatterId | None = None
    depth: int | None = None
    covers_pending: bool = True
    outlasts_office: bool = False
    until: Moment | None = None


class LimitAmended(Fact, tag="limit-amended/1", kw_only=True):
    """A grant or delegation got another limit, for a period or from now on."""

    authority: AuthorityId
    limit: Limit
    amended_by: Holder | None = None
    until: Moment | None = None


class ScopeAmended(Fact, tag="scope-amended/1", kw_only=True):
    """A grant or delegation got another scope, for a period or from now on."""

    authority: AuthorityId
    scope: tuple[ScopeTerm, ...]
    amended_by: Holder | None = None
    until: Moment | None = None


class DepthAmended(Fact, tag="depth-amended/1", kw_only=True):
    """A grant or delegation may be delegated to another depth; None ends further delegation of a delegation."""

    authority: AuthorityId
    depth: int | None = None
    amended_by: Holder | None = None


class AuthorityCapped(Fact, tag="authority-capped/1", kw_only=True):
    """What is done by a grant or delegation was capped: in sum per window, over the acts of one pool.

    A cap of the same window and pool replaces the former one; `unlimited` lifts it.
    """

    authority: AuthorityId
    limit: Limit
    window: str
    pool: Pool
    until: Moment | None = None


class JointlyHeld(Fact, tag="jointly-held/1", kw_only=True):
    """A grant came to need several distinct persons, some of them of stated classes; 1 without classes ends that."""

    authority: AuthorityId
    persons: int
    classes: tuple[SignerClass, ...] = ()
    until: Moment | None = None


class AuthoritySuspended(Fact, tag="authority-suspended/1", kw_only=True):
    """A grant or delegation was suspended, for a period or until it is resumed."""

    authority: AuthorityId
    until: Moment | None = None


class AuthorityResumed(Fact, tag="authority-resumed/1", kw_only=True):
    """A suspended grant or delegation is in force again."""

    authority: AuthorityId


class AuthorityRevoked(Fact, tag="authority-revoked/1", kw_only=True):
    """A grant or delegation was revoked."""

    authority: AuthorityId


class RestrictionImposed(Fact, tag="restriction-imposed/1", kw_only=True):
    """A holder, or everyone, may not do an act over a matter: at all, above a limit, within a scope."""

    restriction: RestrictionId
    holder: Holder | None = None
    act: Act
    matter: MatterId
    above: Limit | None = None
    scope: tuple[ScopeTerm, ...] = ()
    until: Moment | None = None


class RestrictionLifted(Fact, tag="restriction-lifted/1", kw_only=True):
    """A restriction ended."""

    restriction: RestrictionId


class RatePublished(Fact, tag="rate-published/1", kw_only=True):
    """One unit of a currency is worth so much of another, in a series of rates."""

    currency: str
    worth: Money
    series: str = "default"
    until: Moment | None = None


class BaseFigurePublished(Fact, tag="base-figure-published/1", kw_only=True):
    """A base figure (audited net assets, say) is so much."""

    base: str
    amount: Money
    until: Moment | None = None


class RuleSet(Fact, tag="rule-set/1", kw_only=True):
    """The legal entity decided by a rule, for a period or from now on."""

    rule: RuleName
    value: str
    until: Moment | None = None
