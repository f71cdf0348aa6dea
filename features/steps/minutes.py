"""What the sentences of a scenario said so far: the names introduced, and what stands under which entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ledger import commands as cm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.commands import Command

Said = TypeVar("Said", bound="Command")


class Minutes:
    """The commands of a scenario that were or will be recorded, by their entry, each as it was last corrected.

    Before the first question the batch is not recorded yet; its entries have their numbers all the same.
    """

    def __init__(self) -> None:
        self._standing: dict[int, Command] = {}
        self._names: dict[str, set[str]] = {}

    def note(self, seq: int, command: Command) -> None:
        """A command has its entry."""
        if isinstance(command, cm.CorrectFact):
            self._standing[command.of] = command.replacement
        elif isinstance(command, cm.AnnulEntry):
            self._standing.pop(command.of, None)
        else:
            self._standing[seq] = command
            self.introduce(command)

    def introduce(self, command: Command) -> None:
        """The name that a command introduces is known from now on."""
        of = INTRODUCED.get(type(command))
        if of is not None:
            self._names.setdefault(of[0], set()).add(getattr(command, of[1]))

    def knows(self, kind: str, name: str) -> bool:
        """Whether a thing of that kind was introduced under the name."""
        return name in self._names.get(kind, ())

    def names(self, kind: str) -> set[str]:
        """The names of a kind."""
        return self._names.get(kind, set())

    def latest(self, kind: type[Said]) -> Iterator[tuple[int, Said]]:
        """The standing commands of a kind with their entries, the latest recorded first."""
        for seq in sorted(self._standing, reverse=True):
            command = self._standing[seq]
            if isinstance(command, kind):
                yield seq, command


INTRODUCED: dict[type[Command], tuple[str, str]] = {
    cm.RegisterPerson: ("person", "person"),
    cm.EstablishPosition: ("position", "position"),
    cm.ConstituteCommittee: ("committee", "committee"),
    cm.DefineMatter: ("matter", "matter"),
    cm.GrantAuthority: ("authority", "authority"),
    cm.DelegateAuthority: ("authority", "authority"),
    cm.ImposeRestriction: ("restriction", "restriction"),
    cm.SetTarget: ("target", "target"),
}
"""Which commands introduce a thing: its kind, and the field that names it."""
