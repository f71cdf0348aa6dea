"""Nothing acknowledged is lost, nothing is there twice, and the order holds: whatever is killed, full or set back.

`REMIT_FAULT_ROUNDS` says how often a process that commits under load is killed (`make soak`: 200 times an engine).
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import chain, count, pairwise
from typing import TYPE_CHECKING, Any

from api.bootstrap import opened as with_tables
from ledger import Ledger
from ledger.commands import RecordAct, RegisterPerson
from ledger.ids import Act, CommandId, DeedId, ItemId, MatterId, PersonId
from ledger.journal import Journal
from ledger.moments import MICROSECOND
from ledger.refusals import ClockBehind, Refusal, StorageTrouble
from ledger.submit import Committer
from projections.rebuild import rebuild
from tests.given import START, Clock, form, given, house, image, open_item, person, refolded
from tests.test_committer import committing
from tests.test_postgres import on_disk, opened, schema, server, url  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from multiprocessing.connection import Connection
    from pathlib import Path

    from ledger.commands import Command

ROUNDS = int(os.environ.get("REMIT_FAULT_ROUNDS", "10"))
CLIENTS, ITEMS = 8, 5
MOST = 120
"""A process is killed after one to so many receipts."""
LOG = logging.getLogger("tests.faults")
FRESH = multiprocessing.get_context("forkserver")
FRESH.set_forkserver_preload(["tests.test_faults", "projections.runner"])
Heard = list[tuple[str, str, int]]
"""What a process told before it was killed: `sent`, `done` or `refused`, the command's id, its entry."""


# A process that commits under load


def command(name: str) -> Command:
    """The command of an id: mostly acts, now and then a person with a name in the vault, and one that is refused."""
    number = int(name.rpartition(".")[2])
    if number % 7 == 3:
        return RegisterPerson(since=START, person=PersonId(f"p{name}"), name=f"Name {name}", command_id=CommandId(name))
    if number % 7 == 5:
        return RegisterPerson(since=START, person=PersonId("anna"), name="Another", command_id=CommandId(name))
    return RecordAct(
        deed=DeedId(name),
        item=ItemId(f"item-{number % ITEMS}"),
        act=Act("approve"),
        by=person("anna"),
        matter=MatterId("spend"),
        amount="100 CNY",
        acted_at="2026-01-03",
        command_id=CommandId(name),
    )


def victim(url: str, number: int, pending: Sequence[str], line: Connection) -> None:  # noqa: F811 - where the fixture says
    """Commit until killed, those first whose receipts another process was killed before; tell every step."""
    ledger, telling = with_tables(url), threading.Lock()
    committer = Committer(ledger, group=16)
    committer.start()

    def tell(*what: object) -> None:
        with telling:
            line.send(what)

    def client(own: int) -> None:
        for name in chain(pending[own::CLIENTS], (f"{number}.{own}.{at}" for at in count())):
            tell("sent", name, 0)
            try:
                receipt = committer.submit(command(name), f"client-{own}").result()
                tell("done", name, receipt.first)
            except Refusal as no:
                tell("refused", name, 0) if no.code == "NAME_TAKEN" else tell("odd", no.code, 0)

    for own in range(CLIENTS):
        threading.Thread(target=client, args=(own,)).start()


def killed(url: str, number: int, pending: Sequence[str], chance: random.Random) -> Heard:  # noqa: F811
    """Let a process commit, kill it in the midst of it, and say what it told."""
    hearing, telling = FRESH.Pipe(duplex=False)
    process = FRESH.Process(target=victim, args=(url, number, pending, telling), daemon=True)
    process.start()
    telling.close()
    heard, done, wanted = list[tuple[str, str, int]](), 0, chance.randint(1, MOST)
    with suppress(EOFError, OSError):
        while True:
            heard.append(hearing.recv())
            done += heard[-1][0] == "done"
            if done == wanted:
                time.sleep(chance.random() / 100)
                os.kill(process.pid or 0, signal.SIGKILL)
                done += 1
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    return heard


class Watch:
    """What was told over all rounds, against what is there."""

    def __init__(self, url: str) -> None:  # noqa: F811 - as above
        self.url = url
        self.sent, self.refused = dict[str, None](), set[str]()
        self.done: dict[str, int] = {}
        self.recorded: dict[str, int] = {}
        self.ledger = Ledger.open(url, clock=Clock())
        self.first = self.ledger.books.head
        self.ledger.journal.close()
        self.unheard = 0

    @property
    def pending(self) -> list[str]:
        """What was sent and never answered."""
        return [name for name in self.sent if name not in self.done and name not in self.refused]

    def hear(self, heard: Heard) -> None:
        """Note what a process told before it ended."""
        for what, name, seq in heard:
            assert what in {"sent", "done", "refused"}, f"{what} {name}"
            if what == "done":
                assert self.done.setdefault(name, seq) == seq
            elif what == "refused":
                self.refused.add(name)
            else:
                self.sent[name] = None

    def look(self) -> None:
        """Everything acknowledged is there, under its number; nothing twice; nothing that nobody sent."""
        self.ledger.journal, before = Journal.open(self.url), self.ledger.books.head
        self.ledger.catch_up()
        for entry in self.ledger.journal.read(before):
            assert entry.command_id in self.sent
            assert entry.command_id not in self.recorded, "recorded twice"
            self.recorded[entry.command_id] = entry.seq
        assert all(self.recorded.get(name) == seq for name, seq in self.done.items()), "acknowledged and not there"
        assert not self.recorded.keys() & self.refused
        self.unheard += sum(name in self.recorded for name in self.pending)
        number, last = self.ledger.journal.head()
        assert number == last == self.ledger.books.head == self.first + len(self.recorded)
        times = self.ledger.books.recorded_at[before - 1 :]
        assert all(one < other for one, other in pairwise(times))
        self.ledger.journal.close()

    def compare(self) -> None:
        """The books are a refold of the journal, the tables a rebuild, the vault what the entries speak of."""
        self.ledger.journal = Journal.open(self.url)
        assert image(self.ledger.books) == image(refolded(self.ledger))
        persons = sum(int(name.rpartition(".")[2]) % 7 == 3 for name in self.recorded)
        assert sum(1 for _ in self.ledger.journal.vaulted()) == persons + 4
        rebuilt = rebuild(self.ledger.journal)
        assert (rebuilt.was, rebuilt.head) == ("agree", self.ledger.books.head)
        self.ledger.journal.close()


@on_disk
def test_a_process_that_is_killed_while_it_commits_loses_nothing_it_acknowledged(url: str) -> None:  # noqa: F811
    a_house_at_work(url)
    watch, chance = Watch(url), random.Random(7)  # noqa: S311 - not for secrets

    for number in range(ROUNDS):
        watch.hear(killed(url, number, watch.pending, chance))
        watch.look()
        if number % 25 == 24:
            watch.compare()
    finish(url, watch)

    LOG.info(
        "%s: killed %d times; %d acknowledged, %d recorded unheard and found again, %d refused",
        url.partition(":")[0][-10:],
        ROUNDS,
        len(watch.done),
        watch.unheard,
        len(watch.refused),
    )


def a_house_at_work(url: str) -> None:  # noqa: F811 - as above
    """A ledger with tables and items to act on."""
    house(url).journal.close()
    ledger = with_tables(url)
    given(ledger, *(open_item(f"item-{number}", matter="spend", amount="100 CNY") for number in range(ITEMS)))
    ledger.journal.close()


def finish(url: str, watch: Watch) -> None:  # noqa: F811 - as above
    """Send again what was never answered: it is recorded once, or was; then compare everything."""
    ledger = with_tables(url)
    with ThreadPoolExecutor(1) as pool, committing(ledger) as committer:
        watch.hear(pool.submit(persistent, committer, watch.pending).result())
    ledger.journal.close()
    watch.look()
    assert watch.recorded == watch.done
    watch.compare()


def persistent(committer: Committer, names: Iterable[str]) -> Heard:
    """A client that sends each command until it is told what came of it."""
    heard = list[tuple[str, str, int]]()
    for name in names:
        heard.append(("sent", name, 0))
        while True:
            try:
                heard.append(("done", name, committer.submit(command(name), "client").result().first))
            except StorageTrouble as no:
                LOG.info("%s: %s", name, no)
                time.sleep(0.05)
                continue
            except Refusal as no:
                heard.append(("refused" if no.code == "NAME_TAKEN" else "odd", name, 0))
            break
    return heard


def persistent_clients(ledger: Ledger, each: int, *, meanwhile: Callable[[], object] = lambda: None) -> Heard:
    """Some such clients at once, and what happens to them meanwhile."""
    with committing(ledger, group=16) as committer, ThreadPoolExecutor(CLIENTS) as pool:
        series = [[f"{own}.{number}" for number in range(each)] for own in range(CLIENTS)]
        clients = [pool.submit(persistent, committer, names) for names in series]
        meanwhile()
        return [one for client in clients for one in client.result(300)]


# A disk that is full, a clock that is set back


def test_a_disk_that_is_full_for_a_while_loses_nothing(tmp_path: Path) -> None:
    url = str(tmp_path / "ledger")  # noqa: F811 - as above
    a_house_at_work(url)
    watch, ledger = Watch(url), with_tables(url)
    store: Any = ledger.journal._store  # noqa: SLF001 - as a disk that is full would have it
    told = Counter[str]()

    def limit(pages: int) -> None:
        with store.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA page_count")
            cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + pages}")

    with committing(ledger) as committer:
        limit(3)
        for number in range(400):
            name = f"full.{number}"
            watch.hear([("sent", name, 0)])
            try:
                watch.hear([("done", name, committer.submit(command(name), "client").result().first)])
            except Refusal:
                watch.hear([("refused", name, 0)])
            except StorageTrouble as no:
                told[no.code] += 1
                if told[no.code] % 20 == 0:
                    limit(3)
    ledger.journal.close()

    assert told.keys() == {"DISK_FULL"}
    assert watch.done
    watch.look()
    assert watch.unheard == 0
    finish(url, watch)


@on_disk
def test_a_clock_that_is_set_back_in_one_process_keeps_the_order_of_all(
    url: str,  # noqa: F811 - as above
    opened: Callable[[Ledger], Ledger],  # noqa: F811 - as above
) -> None:
    ahead, behind = opened(house(url, Clock())), Clock()
    late = opened(Ledger.open(url, clock=behind))

    behind.forward(-timedelta(minutes=4))
    (receipt,) = given(late, form("east"))
    behind.forward(-timedelta(minutes=2))
    with committing(late) as committer:
        no = committer.submit(form("west"), "clerk").exception()
    given(ahead, form("west"))

    assert receipt.recorded_at == ahead.books.recorded_at[13] + MICROSECOND
    assert isinstance(no, ClockBehind)
    assert all(one < other for one, other in pairwise(entry.recorded_at for entry in ahead.journal.read()))
    assert ahead.journal.head() == (16, 16)
