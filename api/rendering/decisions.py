"""How decisions and contracts look, and the same as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from api.rendering import entry, terms
from api.rendering.reasons import reason
from api.rendering.sheets import Cell, Sheet, instant
from api.rendering.verdicts import TIMES, verdict_word
from api.words.judging import CONTRACT_STATES, ITEM_STATES
from api.words.vocabulary import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from api.rendering import Page
    from projections.contracts import ContractShown, Register
    from projections.decisions import Decisions, DeedShown, ItemShown


# The history


def show_history(page: Page, name: str, found: Decisions) -> None:
    """Items and what was done on each: a line an act where there is room for a table, else a block an item."""
    page.line(page.words.say("history", name=name, count=f"{len(found.items):,}"), style="bold")
    page.times(found.valid_at, found.known_seq, found.known_at)
    page.line()
    if not found.items:
        page.say("history.none")
        return
    headings = ("h.item", "h.matter", "h.state", *_DONE)
    rows = [row for one in found.items for row in _rows(page, one)]
    if page.fits(headings, rows):
        page.table(headings, rows)
        return
    for one in found.items:
        title = Text(page.names.shown("item", one.item), style="bold")
        title.append(f"  {page.words.pick(ITEM_STATES, one.state)}", style="not bold")
        stated = [_matter(page, one), str(one.amount) if one.amount is not None else "", _opened(page, one)]
        page.block(title, [page.words.comma(stated), *(line(page, deed) for deed in one.acts)])


_DONE = ("h.when", "h.act", "h.who", "h.amount", "h.entry", "h.verdict", "h.note")


def _rows(page: Page, one: ItemShown) -> Iterator[tuple[str, ...]]:
    """A row an act, the item named in the first; one row for an item on which nobody acted."""
    head = (page.names.shown("item", one.item), _matter(page, one), page.words.pick(ITEM_STATES, one.state))
    if not one.acts:
        yield (*head, "", "", "", str(one.amount) if one.amount is not None else "", "", "", _opened(page, one))
    for at, deed in enumerate(one.acts):
        yield (*(head if at == 0 else ("", "", "")), *_done(page, deed))


def _done(page: Page, deed: DeedShown) -> tuple[str, ...]:
    return (
        page.done_at(deed.acted_at),
        page.names.name("act", deed.act) or deed.act,
        page.names.holder(deed.by),
        str(deed.amount) if deed.amount is not None else "",
        entry(deed.seq),
        verdict_word(page, deed.verdict.verdict) if deed.verdict is not None else "",
        page.words.semicolon(_notes(page, deed)),
    )


def line(page: Page, deed: DeedShown) -> str:
    """An act in one line, which a narrow terminal folds."""
    when, act, who, amount, seq, verdict, notes = _done(page, deed)
    said = page.words.comma((f"{when} {page.words.say('verdict.act', act=act, who=who)}", amount))
    return page.words.semicolon(part for part in (f"{said} {seq}  {verdict}".rstrip(), notes) if part)


def _notes(page: Page, deed: DeedShown) -> Iterator[str]:
    """What else there is to say of an act: a no, why not within authority, as whom, the votes, who ratified it."""
    words, names = page.words, page.names
    if deed.rejected:
        yield words.say("verdict.rejected")
    if deed.verdict is not None and deed.verdict.reason is not None:
        yield reason(page, deed.verdict.reason)
    if deed.claimed is not None:
        yield words.say("d.as", position=names.shown("position", deed.claimed))
    if deed.live:
        yield words.say("d.live")
    if deed.votes:
        yield terms.votes(page, deed.votes)
    if deed.ratify_by is not None:
        yield words.say("verdict.ratify_by", at=page.instant(deed.ratify_by))
    for one in deed.ratifications:
        facts = {"at": page.done_at(one.ratified_at), "who": names.holder(one.by)}
        yield words.say("verdict.ratified", **facts, seq=entry(one.seq))


def _matter(page: Page, one: ItemShown) -> str:
    return page.names.shown("matter", one.matter) if one.matter is not None else ""


def _opened(page: Page, one: ItemShown) -> str:
    if one.opened_at is None or one.seq is None:
        return ""
    key = "history.registered" if one.contract else "history.opened"
    return page.words.say(key, at=page.instant(one.opened_at), seq=entry(one.seq))


_ACT = (
    *("deed", "act", "who", "who_name", "acted_at", "matter", "amount", "currency", "claimed", "rejected", "live"),
    *("votes", "ratify_by", "ratified_by", "ratified_at", "verdict", "verdict_name", "seq"),
    *TIMES,
)
HISTORY_COLUMNS = ("item", "item_name", "state", "state_name", "opened_at", *_ACT)


def sheet_of_history(page: Page, found: Decisions) -> Sheet:
    """A row an act, with its item; one row for an item on which nobody acted."""
    shared = {
        "valid_at": instant(found.valid_at, page.zone),
        "known_seq": found.known_seq,
        "known_at": instant(found.known_at, page.zone),
    }
    rows: list[dict[str, Cell]] = []
    for one in found.items:
        item: dict[str, Cell] = {
            "item": one.item,
            "item_name": page.names.name("item", one.item),
            "state": one.state,
            "state_name": page.words.pick(ITEM_STATES, one.state),
            "opened_at": instant(one.opened_at, page.zone),
        }
        nothing: dict[str, Cell] = {
            "matter": one.matter,
            "amount": one.amount.amount if one.amount is not None else None,
            "currency": one.amount.currency if one.amount is not None else None,
            "seq": one.seq,
        }
        rows += [{**item, **shared, **row} for row in ([_act(page, deed) for deed in one.acts] or [nothing])]
    return Sheet(HISTORY_COLUMNS, rows)


def _act(page: Page, deed: DeedShown) -> dict[str, Cell]:
    code = deed.verdict.verdict if deed.verdict is not None else None
    return {
        "deed": deed.deed,
        "act": deed.act,
        "who": deed.by.id,
        "who_name": page.names.name(deed.by.kind, deed.by.id),
        "acted_at": instant(deed.acted_at, page.zone),
        "matter": deed.matter,
        "amount": deed.amount.amount if deed.amount is not None else None,
        "currency": deed.amount.currency if deed.amount is not None else None,
        "claimed": deed.claimed,
        "rejected": deed.rejected,
        "live": deed.live,
        "votes": "; ".join(f"{one.member} {one.vote}" for one in deed.votes),
        "ratify_by": instant(deed.ratify_by, page.zone),
        "ratified_by": "; ".join(one.by.id for one in deed.ratifications),
        "ratified_at": "; ".join(str(instant(one.ratified_at, page.zone)) for one in deed.ratifications),
        "verdict": code,
        "verdict_name": page.words.pick(VERDICTS, code) if code is not None else None,
        "seq": deed.seq,
    }


# Contracts


def show_contracts(page: Page, name: str, register: Register) -> None:
    """The register: a line a contract where there is room, else a block."""
    page.line(page.words.say("contracts", name=name, count=f"{len(register.contracts):,}"), style="bold")
    page.times(register.valid_at, register.known_seq, register.known_at)
    page.line()
    if not register.contracts:
        page.say("contracts.none")
        return
    headings = ("h.contract", "h.parties", "h.matter", "h.total", "h.period", "h.state", "h.kept", "h.entry")
    rows = [_contract(page, one) for one in register.contracts]
    if page.fits(headings, rows):
        page.table(headings, rows)
        return
    for contract, parties, matter, total, period, state, kept, seq in rows:
        title = Text(contract, style="bold")
        title.append(f" {seq} ", style="not bold dim")
        title.append(state, style="not bold")
        by = page.words.say("d.kept", holder=kept) if kept else ""
        page.block(title, (parties, page.words.comma((matter, total)), page.words.comma((period, by))))


def _contract(page: Page, one: ContractShown) -> tuple[str, ...]:
    names = page.names
    return (
        page.words.both(one.title, one.contract),
        page.words.join(one.parties),
        names.shown("matter", one.matter),
        str(one.total) if one.total is not None else "",
        page.period(one.since, one.until),
        page.words.pick(CONTRACT_STATES, one.state),
        names.holder(one.custody.custodian) if one.custody is not None else "",
        entry(one.seq),
    )


def show_contract(page: Page, one: ContractShown) -> None:
    """The terms in force and the entries that state them; what was done on it, with the verdicts."""
    words, names = page.words, page.names
    custody = one.custody
    kept = ""
    if custody is not None:
        holder = names.holder(custody.custodian)
        if custody.read_as is not None:
            holder = words.both(holder, words.say("read_as", position=names.shown("position", custody.read_as)))
        said = words.say("contract.custody", holder=holder, since=page.instant(custody.since))
        kept = f"{words.comma((said, custody.place or ''))} {entry(custody.seq)}"
    period = page.period(one.since, one.until)
    total = one.total if one.options else None
    rows = (
        ("f.parties", words.join(one.parties)),
        ("f.matter", names.shown("matter", one.matter)),
        ("f.state", words.pick(CONTRACT_STATES, one.state)),
        ("f.period", period if one.ended_by is None else words.both(period, entry(one.ended_by))),
        ("f.value", f"{one.value} {entry(one.terms_seq)}" if one.value is not None else ""),
        ("f.options", words.join(terms.term(page, option) for option in one.options)),
        ("f.total", str(total) if total is not None else ""),
        ("f.attributes", terms.attributes(page, one.attributes)),
        ("f.requester", names.shown("person", one.requester) if one.requester is not None else ""),
        ("f.beneficiary", names.shown("person", one.beneficiary) if one.beneficiary is not None else ""),
        ("f.amendments", "\n".join(_amendments(page, one))),
        ("f.custody", kept),
        ("f.document", page.document(one.instrument, one.clause)),
        ("f.sha256", one.sha256 or ""),
    )
    page.fields((words.say(key), text) for key, text in rows if text)
    page.line()
    if not one.acts:
        page.say("contract.no_acts")
        return
    page.say("contract.acts")
    rows_done = [_done(page, deed) for deed in one.acts]
    if page.fits(_DONE, rows_done):
        page.table(_DONE, rows_done)
        return
    for deed in one.acts:
        page.aside(line(page, deed))


def _amendments(page: Page, one: ContractShown) -> Iterator[str]:
    words = page.words
    for amended in one.amendments:
        said = [
            words.say("contract.amended", amendment=amended.amendment, since=page.instant(amended.since)),
            str(amended.value) if amended.value is not None else "",
            words.say("contract.options", total=amended.total) if amended.options and amended.total is not None else "",
            page.document(amended.instrument, amended.clause),
        ]
        yield f"{words.comma(said)} {entry(amended.seq)}"


CONTRACTS_COLUMNS = (
    *("contract", "title", "parties", "matter", "matter_name", "state", "state_name", "value", "total", "currency"),
    *("since", "until", "amendments", "attributes", "requester", "beneficiary", "custodian", "place", "sha256"),
    *("instrument", "clause", "seq", "terms_seq", "ended_by"),
    *TIMES,
)
_HEAD = ("contract", "title", "state", "state_name")
CONTRACT_COLUMNS = (*_HEAD, *_ACT)


def sheet_of_contracts(page: Page, register: Register) -> Sheet:
    """A row a contract."""
    return Sheet(
        CONTRACTS_COLUMNS,
        [
            {
                **_terms(page, one),
                "valid_at": instant(register.valid_at, page.zone),
                "known_seq": register.known_seq,
                "known_at": instant(register.known_at, page.zone),
            }
            for one in register.contracts
        ],
    )


def sheet_of_contract(page: Page, register: Register) -> Sheet:
    """A row an act on a contract; one row with the contract's entry where nobody acted on it."""
    rows: list[dict[str, Cell]] = []
    for one, of_all in zip(register.contracts, sheet_of_contracts(page, register).rows, strict=True):
        shared = {key: of_all[key] for key in (*_HEAD, *TIMES)}
        acts: Sequence[dict[str, Cell]] = [_act(page, deed) for deed in one.acts] or [{"seq": one.seq}]
        rows += [{**shared, **act} for act in acts]
    return Sheet(CONTRACT_COLUMNS, rows)


def _terms(page: Page, one: ContractShown) -> dict[str, Cell]:
    money = one.total or one.value
    return {
        "contract": one.contract,
        "title": one.title,
        "parties": "; ".join(one.parties),
        "matter": one.matter,
        "matter_name": page.names.name("matter", one.matter),
        "state": one.state,
        "state_name": page.words.pick(CONTRACT_STATES, one.state),
        "value": one.value.amount if one.value is not None else None,
        "total": one.total.amount if one.total is not None else None,
        "currency": money.currency if money is not None else None,
        "since": instant(one.since, page.zone),
        "until": instant(one.until, page.zone),
        "amendments": "; ".join(amended.amendment for amended in one.amendments),
        "attributes": "; ".join(f"{name}={value}" for name, value in sorted(one.attributes.items())),
        "requester": one.requester,
        "beneficiary": one.beneficiary,
        "custodian": one.custody.custodian.id if one.custody is not None else None,
        "place": one.custody.place if one.custody is not None else None,
        "sha256": one.sha256,
        "instrument": one.instrument,
        "clause": one.clause,
        "seq": one.seq,
        "terms_seq": one.terms_seq,
        "ended_by": one.ended_by,
    }
