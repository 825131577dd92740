"""Keeps a record as it is typed, with no button to press and nothing overwritten unseen."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.models import drafts, unfinished
from app.models.drafts import Draft
from app.models.ledger import RecordKey
from app.models.records import check_record, kind, parent_field
from app.models.vocabulary import Ref, Value
from app.views.record_reads import Shown, change, make, read
from app.views.shared import Shared


class Keeper(QObject):
    """One record being edited: kept as a draft of this laptop until its required fields are there,
    then made, and from there on kept field by field.

    It passes on the heads that stood on the screen when a value was typed over (sync rule 14): what
    arrived meanwhile stays, side by side, as long as nobody has looked at it.
    """

    loaded = Signal(object)
    """A `Shown`: the record as it is now."""
    kept = Signal(object)
    refused = Signal(object)
    doubted = Signal(str, str)
    """A field and why what was typed there is not kept."""
    resumed = Signal(dict)
    """The values of a new record that was begun before and never completed."""

    def __init__(self, shared: Shared, kind_name: str, owner: RecordKey | None) -> None:
        # Not the panel's: what was typed last is still kept when the panel is gone already.
        super().__init__(shared)
        self._left = False
        self._shared = shared
        self._kind = kind(kind_name)
        self._owner = owner
        self._heads: dict[str, tuple[Ref, ...]] = {}
        self._pending: dict[str, Value] = {}
        self._sent: dict[str, Value] = {}
        self._shown: Shown | None = None
        self.space: bytes | None = None
        self._draft = unfinished.name_of(kind_name, owner)
        self._is_aside = False

    @property
    def record(self) -> Shown | None:
        """The record as it was last read, None for one that is not made yet."""
        return self._shown

    def waiting(self) -> Mapping[str, Value]:
        """Return what was typed and accepted and is not kept yet."""
        return {**self._pending, **self._sent}

    @property
    def is_aside(self) -> bool:
        """Whether what was typed of a new record lies in the draft journal."""
        return self._is_aside

    def resume(self) -> None:
        """Look for a record of this kind that was begun before; ``resumed`` tells of it."""
        self._shared.desk.ask(unfinished.find, self._kind.name, self._owner, on_done=self._resume)

    def _resume(self, draft: Draft | None) -> None:
        # Whoever typed already has begun another one.
        if draft is None or self._shown is not None or self.waiting() or self._left:
            return
        self._is_aside = True
        self._pending = unfinished.values(draft)
        self.resumed.emit(dict(self._pending))

    def load(self, key: RecordKey) -> None:
        """Read a record, or read it anew."""
        self._shared.desk.ask(read, key, on_done=self._loaded, on_error=self.refused.emit)

    def screen(self, baseline: Mapping[str, Value]) -> None:
        """Take note of what the editor shows: of what stands in a field only that counts as seen.

        What was seen before and still stands stays seen. Where the editor's value does not stand any
        more, what took its place is not on the screen yet.
        """
        if self._shown is None:
            return
        for name, found in self._shown.versions.items():
            on_screen = {ref for ref, value in found if value == baseline.get(name)}
            if on_screen:
                known = on_screen.union(self._heads.get(name, ()))
                self._heads[name] = tuple(ref for ref, _value in found if ref in known)

    def forget(self) -> bool:
        """The record was erased for good: let go of what was typed; returns whether there was any."""
        typed, self._pending = self.waiting(), {}
        return any(value is not None for value in typed.values())

    def edited(self, values: Mapping[str, Value]) -> None:
        """Keep values that were typed and accepted, as soon as they can be."""
        self._pending.update(values)
        self._go()

    def leave(self) -> None:
        """Nobody looks any more: finish keeping what was typed, then go."""
        self._left = True
        if not self._sent:
            self.deleteLater()

    def missing(self) -> list[str]:
        """Return the labels of the fields a new record still needs."""
        if self._shown is not None:
            return []
        values = {**self._kind.defaults(), **self.waiting()}
        link = parent_field(self._kind) if self._owner is None else None
        fields = ([link] if link is not None else []) + list(self._kind.fields)
        return [
            str(one.label)
            for one in fields
            if one.required and not one.automatic and values.get(one.id) is None
        ]

    def _go(self) -> None:
        if self._sent or not self._pending:
            return
        if self.missing():
            self._set_aside()
            return
        before = self._shown.values if self._shown is not None else self._kind.defaults()
        problems = check_record(self._kind, {**before, **self._pending})
        for problem in problems:
            self.doubted.emit(problem.field, problem.message)
        if problems:
            self._set_aside()
            return
        self._sent, self._pending = self._pending, {}
        if self._shown is None:
            self._make()
        else:
            self._shared.desk.do(
                change, self._shown.key, self._sent, dict(self._heads),
                on_done=self._changed, on_error=self._failed,
            )  # fmt: skip

    def _set_aside(self) -> None:
        """Keep what cannot be a record yet in the draft journal."""
        if self._shown is not None:
            return
        self._is_aside = any(value is not None for value in self._pending.values())
        if self._is_aside:
            self._shared.desk.ask(
                unfinished.keep, self._kind.name, self._owner, self.space,
                dict(self._pending), on_done=self._put_aside, on_error=self.refused.emit,
            )  # fmt: skip
        else:
            self._shared.desk.ask(drafts.drop, self._draft, on_done=self._gone)

    def _put_aside(self, draft: Draft) -> None:
        self.kept.emit(draft.kept_ms)
        self._shared.kept.emit(draft.kept_ms)

    def _gone(self, _nothing: None) -> None:
        """Nothing is typed any more, so nothing is kept."""

    def _make(self) -> None:
        values = dict(self._sent)
        if self._owner is not None:
            values[self._owner.kind] = self._owner.id.hex()
        space = self._owner.space if self._owner is not None else self.space
        self._shared.desk.do(
            make, self._kind.name, values, space, self._draft,
            on_done=self._made, on_error=self._failed,
        )  # fmt: skip

    def _made(self, result: Any) -> None:
        self._is_aside = False
        self._went_well(result[0])

    def _changed(self, result: tuple[Shown, Any]) -> None:
        self._went_well(result[0])

    def _went_well(self, shown: Shown) -> None:
        self._sent = {}
        now = int(time.time() * 1000)
        self.kept.emit(now)
        self._shared.kept.emit(now)
        self._loaded(shown)
        self._go()
        self._end()

    def _end(self) -> None:
        if self._left and not self._sent:
            self.deleteLater()

    def _failed(self, error: BaseException) -> None:
        # What was not kept stays in hand, and goes along with the next thing typed.
        self._pending, self._sent = {**self._sent, **self._pending}, {}
        self.refused.emit(error)
        if self._left:
            self._shared.failed.emit(error)
        self._end()

    def _loaded(self, shown: Shown) -> None:
        self._shown = shown
        self.loaded.emit(shown)
