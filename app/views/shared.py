"""What the pages of one open project share: the desk, the space chosen, undo, what was kept."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QObject, Signal

from app.models.ledger import RecordKey
from app.settings import Settings
from app.views.desk import Desk
from app.views.facts import Facts, Place
from app.views.lookup import DeskLookup
from app.views.undo import Undo


@runtime_checkable
class OpensRecords(Protocol):
    """A page that shows a record of its kind when asked to."""

    def open(self, key: RecordKey) -> None: ...


@runtime_checkable
class GoesOn(Protocol):
    """A page that goes on with a draft of its kind."""

    def go_on(self, draft: bytes) -> None: ...


@runtime_checkable
class BeginsFor(Protocol):
    """A page that begins something new for a record of another kind."""

    def begin_for(self, owner: RecordKey) -> None: ...


class Shared(QObject):
    """Handed to every page of an open project."""

    kept = Signal(object)
    """When something typed was kept, in milliseconds since 1970."""
    failed = Signal(object)
    """What went wrong after the page that asked for it was left."""
    space_chosen = Signal()
    facts_changed = Signal()
    open_asked = Signal(str)
    """An area to go to, by its id."""
    record_asked = Signal(object)
    """A record to open where its kind is worked on, by its key."""
    draft_asked = Signal(str, object)
    """A draft to go on with: its kind, and its id."""

    begin_asked = Signal(str, object)
    """Something new to begin: in which area, and the key of the record it is for."""

    ended = Signal()
    """The project was closed and taken off this laptop."""

    def __init__(
        self, desk: Desk, settings: Settings, facts: Facts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.settings = settings
        self.facts = facts
        self.lookup = DeskLookup(desk, self.chosen_space)
        self.undo = Undo(desk, self)
        self._space: bytes | None = None

    def chosen_space(self) -> bytes | None:
        """The same as `space`, for who asks later."""
        return self._space

    @property
    def space(self) -> bytes | None:
        """The space lists show, None for all of them."""
        return self._space

    def choose_space(self, space: bytes | None) -> None:
        """Show one space everywhere, or all."""
        if space != self._space:
            self._space = space
            self.space_chosen.emit()

    def space_name(self) -> str:
        """The name of the space lists show, empty for all."""
        return next((one.name for one in self.facts.spaces if one.id == self._space), "")

    def own_spaces(self) -> list[Place]:
        """The spaces that work is done in: all but the one everybody shares."""
        return [one for one in self.facts.spaces if not one.is_common]

    def take_facts(self, facts: Facts) -> None:
        """Say anew who, where and what waits."""
        self.facts = facts
        self.facts_changed.emit()
