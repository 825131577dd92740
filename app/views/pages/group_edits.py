"""What is changed about turns and seats at a desk, each with its way back in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.i18n import _
from app.models.commands import group_turns as turning
from app.models.commands import groups as seating
from app.models.commands import records as writing
from app.models.ledger import RecordKey, Touched
from app.models.queries.groups import Seat, Turn
from app.models.sitting import OpenTurn
from app.views.pages.group_talk import Talk
from app.views.shared import Shared


class Edits(QObject):
    """Corrects, parts, joins and deletes turns; seats people and lets them change places."""

    failed = Signal(object)
    told = Signal(str)
    """What was done, where it is not to be seen at once."""
    went = Signal(str)
    """The id of the turn to look at now."""
    seated = Signal()
    refused = Signal(object)
    """Why somebody could not be seated."""

    def __init__(self, shared: Shared, talk: Talk, parent: QObject) -> None:
        super().__init__(parent)
        self._shared = shared
        self._talk = talk

    # -- turns -------------------------------------------------------------------------------------

    def correct(self, turn: str) -> None:
        """Open a turn that was ended, to correct it."""
        one = self._find(turn)
        if one is not None and self._talk.may_write:
            self._talk.go_to(
                OpenTurn(
                    one.speaker, one.alias, one.text, one.starts_s or 0.0, one.language,
                    one.quotable, one.question, turn, one.text,
                )
            )  # fmt: skip

    def quote(self, turn: str) -> None:
        """Let a passage be quoted, or no longer."""
        if (one := self._find(turn)) is not None:
            self._do(partial(self._quoted, one), turning.quote, one.key, not one.quotable)

    def _quoted(self, one: Turn, _touched: Touched) -> None:
        words = _("quoting a turn of {alias}").format(alias=one.alias)
        self._push(words, turning.quote, one.key, one.quotable)

    def part(self, turn: str, at: int) -> None:
        """Part a turn before a letter of its text as it stands on the screen."""
        one, text = self._find(turn), self._settled(turn)
        if one is not None:
            before = {"text": text or None, "ends_at": one.ends_s}
            self._do(partial(self._parted, one.key, before), turning.split, one.key, at)

    def _parted(self, key: RecordKey, before: dict[str, Any], result: tuple[Any, Touched]) -> None:
        self._push(_("parting a turn"), turning.rejoin, key, before, result[0])
        self.went.emit(result[0].id.hex())

    def join(self, turn: str) -> None:
        """Join a turn to the one above it."""
        one = self._find(turn)
        self._settled(turn)
        if one is not None:
            self._do(self._joined, turning.merge, one.key)

    def _joined(self, result: tuple[Any, ...]) -> None:
        kept, before, gone, _touched = result
        self._push(_("joining two turns"), turning.part, kept, before, gone)
        self.went.emit(kept.id.hex())

    def delete(self, turn: str) -> None:
        """Delete a turn; Undo brings it back."""
        one = self._find(turn)
        if one is not None and self._talk.may_write:
            if self._is_corrected(turn):
                self._talk.drop_correction()
            self._do(partial(self._deleted, one.key), writing.delete, one.key)

    def _deleted(self, key: RecordKey, _touched: Touched) -> None:
        self._push(_("deleting a turn"), writing.restore, key)
        self.told.emit(_("The turn is deleted. Ctrl+Z brings it back."))

    def _find(self, turn: str) -> Turn | None:
        table = self._talk.table
        turns = table.turns if table is not None else ()
        return next((one for one in turns if one.key.id.hex() == turn), None)

    def _is_corrected(self, turn: str) -> bool:
        typed = self._talk.sitting.turn
        return typed is not None and typed.record == turn

    def _settled(self, turn: str) -> str:
        """End the correction of a turn, if it is being corrected; returns its text."""
        typed, one = self._talk.sitting.turn, self._find(turn)
        if typed is not None and self._is_corrected(turn):
            self._talk.go_to(None)
            return typed.text
        return one.text if one is not None else ""

    # -- seats -------------------------------------------------------------------------------------

    def seat(self, values: dict[str, Any]) -> None:
        """Seat somebody with these values."""
        self._shared.desk.do(
            seating.seat, self._talk.group, values,
            on_done=self._sat, on_error=self.refused.emit,
        )  # fmt: skip

    def _sat(self, key: RecordKey) -> None:
        self._push(_("seating somebody"), writing.delete, key)
        self.seated.emit()

    def answer(self, seat: Seat, values: dict[str, Any]) -> None:
        """Change what is known of somebody."""
        words = _("what {alias} answered").format(alias=seat.alias)
        self._do(partial(self._put, words), seating.answer, seat.key, values)

    def move(self, participant: str, step: int) -> None:
        """Let somebody change places with a neighbour."""
        key = RecordKey(self._talk.group.space, "participant", bytes.fromhex(participant))
        self._do(partial(self._put, _("changing places")), seating.move, key, step)

    def _put(self, words: str, result: tuple[seating.Before, Touched]) -> None:
        if result[0]:
            self._push(words, seating.put_back, result[0])

    # -- doing -------------------------------------------------------------------------------------

    def _push(self, words: str, command: Callable[..., Any], *args: Any) -> None:
        self._shared.undo.push(words, command, *args)

    def _do(self, then: Callable[[Any], Any], command: Callable[..., Any], *args: Any) -> None:
        if self._talk.may_write:
            self._shared.desk.do(command, *args, on_done=then, on_error=self.failed.emit)
