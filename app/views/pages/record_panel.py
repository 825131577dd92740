"""One record beside its list: its fields, what belongs to it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.i18n import _
from app.models.commands import same
from app.models.fields import Field
from app.models.ledger import RecordKey, Touched
from app.models.ledger.registers import State
from app.models.records import children_of, kind, parent_field
from app.views.keeper import Keeper
from app.views.language import Retranslated
from app.views.pages.owned_rows import OwnedRows
from app.views.record_reads import Shown, homes
from app.views.shared import Shared
from app.views.theme import HALF, NEAR
from app.views.widgets.editor import RecordEditor
from app.views.widgets.flow import Flow
from app.views.widgets.parts import Dropdown, button, clear, label
from app.views.widgets.twins import Twins


class RecordPanel(Retranslated, QWidget):
    """Edits one record of any kind, new or not, and lists what it owns.

    ``owner`` is what a new record will belong to; without it, a kind that needs one asks for it.
    """

    titled = Signal(str)
    row_asked = Signal(object)
    """The key of an owned record to open."""
    add_asked = Signal(str)
    """The kind of a record to add to this one."""
    changed_rights = Signal()
    gone = Signal()
    """The record was deleted, here or elsewhere."""
    forgotten = Signal(str)
    """The record was erased for good while it was open: what became of what was typed, in words."""

    def __init__(
        self,
        shared: Shared,
        kind_name: str,
        owner: RecordKey | None = None,
        key: RecordKey | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind = kind(kind_name)
        self._shared = shared
        self.keeper = Keeper(shared, kind_name, owner)
        self._key = key
        # Whether it stood here, not erased, when it was last read.
        self._is_open = False
        self._owner = owner
        self._asks_where = key is None and owner is None and self.kind.parent is None
        self._rows: dict[str, OwnedRows] = {}
        self._headings: list[str] = []
        self._build()
        self.keeper.loaded.connect(self._show)
        self.keeper.doubted.connect(self.editor.show_problem)
        shared.desk.changed.connect(self._refresh)
        self.retranslate()
        if key is not None:
            self.keeper.load(key)
        else:
            self.editor.show_values(self.kind.defaults())
            self.keeper.resumed.connect(self._resumed)
            self.keeper.resume()
            self._read_homes()

    def record(self) -> Shown | None:
        """Return the record as it was last read, None while it is not made."""
        return self.keeper.record

    def unkept(self) -> str:
        """Return in words what was typed and cannot be kept, empty when all is kept."""
        if problems := self.editor.problems():
            return _("Not kept. {why}").format(why=next(iter(problems.values())))
        typed = any(one is not None for one in self.keeper.waiting().values())
        missing = self.keeper.missing() if typed else []
        if missing and self.keeper.is_aside:
            return _("Kept on this laptop as a draft; it still needs: {fields}.").format(
                fields=", ".join(missing)
            )
        if missing:
            return _("Not kept. It still needs: {fields}.").format(fields=", ".join(missing))
        return ""

    def leave(self) -> str:
        """Keep what can be kept and follow no more news; returns what `unkept` says."""
        self.editor.flush()
        said = self.unkept()
        self._shared.desk.changed.disconnect(self._refresh)
        self.keeper.loaded.disconnect(self._show)
        self.keeper.leave()
        return said

    def take_focus(self) -> None:
        self.editor.focus_first()

    def retranslate(self) -> None:
        self._where_caption.setText(_("&Space"))
        self._say_state()

    # -- making --------------------------------------------------------------------------------

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        self._state = label("hint", self)
        self._state.hide()
        self._where_caption = QLabel(self)
        self._where = Dropdown(self)
        self._where_caption.setBuddy(self._where)
        self._where.activated.connect(self._chose_home)
        self._where_caption.hide()
        self._where.hide()
        self.editor = RecordEditor(self._fields(), self._shared.lookup, self)
        self.editor.edited.connect(self.keeper.edited)
        self.twins = Twins(self.kind.name, self._shared.lookup, parent=self)
        self.editor.edited.connect(self._look_for_twins)
        self.twins.picked.connect(self._look_at)
        self.twins.same.connect(self._join)
        self.twins.apart.connect(self._keep_apart)
        self._jumps = Flow()
        top = QVBoxLayout()
        top.setContentsMargins(0, 0, NEAR, 0)
        top.addWidget(self._state)
        top.addLayout(self._jumps)
        top.addWidget(self._where_caption)
        top.addWidget(self._where)
        column.addLayout(top)
        column.addWidget(self.twins)
        column.addWidget(self.editor)
        for child in children_of(self.kind.name):
            rows = OwnedRows(child, self)
            rows.chosen.connect(self.row_asked)
            rows.add_asked.connect(self.add_asked)
            rows.hide()
            self._rows[child.name] = rows
            column.addWidget(rows)
        self.below = QVBoxLayout()
        self.below.setSpacing(NEAR)
        column.addLayout(self.below)
        column.addStretch(1)

    def _fields(self) -> list[Field]:
        fields = [one for one in self.kind.fields if self._is_for_us(one)]
        link = parent_field(self.kind)
        if link is not None and self._owner is None and self._key is None:
            fields.insert(0, link)
        return fields

    def _is_for_us(self, field: Field) -> bool:
        return not field.writers or bool(self._shared.facts.roles & set(field.writers))

    # -- what it shows -------------------------------------------------------------------------

    def _resumed(self, values: dict[str, Any]) -> None:
        """Go on with a record that was begun before and never completed."""
        self.editor.show_values({**self.kind.defaults(), **values})
        self._state.setText(
            _("Begun before and kept on this laptop; it still needs: {fields}.").format(
                fields=", ".join(self.keeper.missing()) or "–"
            )
        )
        self._state.show()
        self.take_focus()

    def _show(self, shown: Shown) -> None:
        self._key = shown.key
        if shown.is_erased:
            self._forget()
        if State.VISIBLE not in shown.state:
            self.gone.emit()
            return
        if self._is_open:
            # What was typed and kept counts as seen, even where another is shown from now on.
            self.keeper.screen(self.editor.values())
        self._is_open = not shown.is_erased
        self.editor.show_values(shown.values)
        self.keeper.screen(self.editor.values())
        self.editor.setEnabled(shown.rights.edit)
        self._where.hide()
        self._where_caption.hide()
        for rows in shown.children:
            self._rows[rows.kind].show_rows(rows)
        self._show_jumps()
        self._say_state()
        self.twins.belongs_to(shown.key)
        if shown.values.get("same_as"):
            self.twins.show_found(())
        self.titled.emit(shown.title)
        self.changed_rights.emit()

    def _forget(self) -> None:
        """Let go of what is being typed: kept now, it would stand in what was to be forgotten."""
        typed = [self.editor.forget(), self.keeper.forget()]
        if any(typed):
            self.forgotten.emit(
                _(
                    "This record was erased for good meanwhile. What you had typed in it was not kept."
                )
            )
        elif self._is_open:
            self.forgotten.emit(_("This record was erased for good meanwhile."))

    def _show_jumps(self) -> None:
        """Offer a way past the fields to what belongs to the record."""
        offered = [rows for rows in self._rows.values() if not rows.isHidden()]
        if [rows.heading() for rows in offered] == self._headings:
            return
        self._headings = [rows.heading() for rows in offered]
        clear(self._jumps)
        for rows in offered:
            self._jumps.addWidget(self._link(rows))

    def _link(self, rows: OwnedRows) -> QPushButton:
        made = button(self, "link", "down", partial(self._jump, rows))
        made.setText(rows.heading())
        return made

    def _jump(self, rows: OwnedRows) -> None:
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(rows)
        rows.take_focus()

    def _say_state(self) -> None:
        shown = self.keeper.record
        said: Sequence[str] = () if shown is None else _states(shown)
        self._state.setText("\n".join(said))
        self._state.setVisible(bool(said))

    def show_below(self, lines: Sequence[tuple[str, str]]) -> None:
        """Show captions with texts under everything else: the record's history."""
        clear(self.below)
        for caption, text in lines:
            for type_, words in (("caption", caption), ("body", text)):
                made = label(type_, self)
                made.setText(words)
                made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self.below.addWidget(made)

    # -- who looks like this one ----------------------------------------------------------------

    def _look_for_twins(self, _values: Any) -> None:
        self.twins.ask(self.editor.values())

    def _look_at(self, key: RecordKey, _title: str) -> None:
        self.row_asked.emit(key)

    def _join(self, key: RecordKey, _title: str) -> None:
        if self._key is not None:
            self._shared.desk.do(same.join, self._key, key, on_error=self.keeper.refused.emit)

    def _keep_apart(self, key: RecordKey, _title: str) -> None:
        if self._key is not None:
            self._shared.desk.do(
                same.keep_apart, self._key, key,
                on_done=self._look_for_twins, on_error=self.keeper.refused.emit,
            )  # fmt: skip

    def _read_homes(self) -> None:
        if self._asks_where:
            self._shared.desk.ask(homes, self.kind.name, on_done=self._offer_homes)

    def _offer_homes(self, found: list[tuple[bytes, str]]) -> None:
        if self.keeper.record is not None or not found:
            return
        # What stands here already may be called something else since.
        chosen = self._where.currentData() or self._shared.space
        self._where.clear()
        for id_, name in found:
            self._where.addItem(name, id_)
            if id_ == chosen:
                self._where.setCurrentIndex(self._where.count() - 1)
        self._where.setVisible(len(found) > 1)
        self._where_caption.setVisible(len(found) > 1)
        self._chose_home()

    def _chose_home(self, _index: int = 0) -> None:
        self.keeper.space = self._where.currentData()

    def _refresh(self, touched: Touched) -> None:
        kinds = {self.kind.name, *self._rows}
        if self._key is not None and (not touched.kinds or touched.kinds & kinds):
            self.keeper.load(self._key)
        elif self._key is None and not touched.kinds:
            self._read_homes()


def _states(shown: Any) -> list[str]:
    said = []
    if shown.is_erased:
        said.append(_("Erased for good: nothing more is written here."))
    elif not shown.rights.edit:
        said.append(_("Your role reads this here; others change it."))
    if State.CLOSED in shown.state:
        said.append(_("Closed: what is changed now waits for a coordinator to take it in."))
    if State.CONFLICT in shown.state:
        said.append(_("Two versions of something here stand side by side; settle it in Review."))
    return said
