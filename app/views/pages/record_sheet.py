"""The sheet beside a list: the record chosen there, and from it into what belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.models.commands import records as writing
from app.models.ledger import RecordKey
from app.models.records import kind
from app.views import history
from app.views.actions import ADD_ANOTHER, BACK_TO_OWNER, offer
from app.views.faults import told
from app.views.pages.erase_step import EraseStep
from app.views.pages.record_panel import RecordPanel
from app.views.record_reads import Shown
from app.views.shared import Shared
from app.views.theme import NEAR, theme
from app.views.widgets.parts import button, clear, name
from app.views.widgets.sheet import SideSheet

_WIDTH = 430


class RecordSheet(SideSheet):
    """Opens records and new ones; Alt+Left goes back to the owner, Esc closes."""

    deleted = Signal(str)
    """The title of a record that was deleted; it can be undone."""
    erased = Signal(str)
    """What was erased for good, as a sentence; it cannot be undone."""
    forgotten = Signal(str)
    """The record on show was erased meanwhile, as a sentence."""
    unkept = Signal(str, object)
    """What was typed and is not kept, in words, and the panel's kind, owner and values."""

    def __init__(self, shared: Shared, parent: QWidget | None = None) -> None:
        self._shared = shared
        self._panel: RecordPanel | None = None
        self._trail: list[tuple[RecordKey, str]] = []
        self._confirmed: Callable[[], object] | None = None
        super().__init__(parent)
        self.banner.acted.connect(self._confirm)
        self.banner.closed.connect(self._forget)
        self._backwards = offer(self, BACK_TO_OWNER, self.back)
        self._again = offer(self, ADD_ANOTHER, self.add_another)

    def _fit(self) -> None:
        super()._fit()
        # Room for a record's fields and for what belongs to it, two by two.
        self.setMinimumWidth(round(min(_WIDTH * theme().scale, 640)))

    # -- opening --------------------------------------------------------------------------------

    def open_record(self, key: RecordKey) -> None:
        """Show a record from the list."""
        self._trail = []
        self._open(RecordPanel(self._shared, key.kind, key=key), "…")

    def open_new(self, kind_name: str, owner: RecordKey | None = None) -> None:
        """Show an empty record, owned by `owner` where that is given."""
        if owner is None:
            self._trail = []
        self._open(RecordPanel(self._shared, kind_name, owner), _new_title(kind_name))

    def panel(self) -> RecordPanel | None:
        """Return the record on show."""
        return self._panel

    def back(self) -> None:
        """Go back to the record this one belongs to."""
        if self._trail:
            key, _title = self._trail.pop()
            self._open(RecordPanel(self._shared, key.kind, key=key), "…")

    def add_another(self) -> None:
        """Begin another record of the same kind under the same owner."""
        if self._panel is not None and self._panel.record() is not None:
            owner = self._trail[-1][0] if self._trail else None
            self._open(
                RecordPanel(self._shared, self._panel.kind.name, owner),
                _new_title(self._panel.kind.name),
            )

    def dismiss(self) -> None:
        self._leave()
        self._trail = []
        super().dismiss()

    def _open(self, panel: RecordPanel, title: str) -> None:
        self._leave()
        self._backwards.setEnabled(bool(self._trail))
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, NEAR)
        column.setSpacing(NEAR)
        if self._trail:
            owner = button(holder, "link", "back", self.back)
            owner.setText(self._trail[-1][1])
            name(owner, _("Back to {title}").format(title=self._trail[-1][1]), "Alt+←")
            column.addWidget(owner, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(panel)
        self._buttons = QGridLayout()
        self._buttons.setSpacing(NEAR)
        column.addLayout(self._buttons)
        column.addStretch(1)
        self.present(title, holder)
        self._panel = panel
        panel.titled.connect(self._entitle)
        panel.row_asked.connect(self._into)
        panel.add_asked.connect(self._add_to)
        panel.changed_rights.connect(self._offer)
        panel.gone.connect(self._gone)
        panel.forgotten.connect(self.forgotten)
        panel.keeper.kept.connect(self.kept.kept)
        panel.keeper.refused.connect(self._refuse)
        panel.editor.typing.connect(self.kept.keeping)
        panel.take_focus()

    def _leave(self) -> None:
        """Keep what can be kept of the record on show, and say what cannot."""
        panel, self._panel = self._panel, None
        if panel is None:
            return
        typed = panel.keeper.waiting
        for signal in (panel.titled, panel.changed_rights, panel.gone, panel.forgotten):
            signal.disconnect()
        if text := panel.leave():
            self.unkept.emit(text, (panel.kind.name, dict(typed())))

    def _into(self, key: RecordKey) -> None:
        self._step_into()
        self._open(RecordPanel(self._shared, key.kind, key=key), "…")

    def _add_to(self, kind_name: str) -> None:
        if (owner := self._step_into()) is not None:
            self._open(RecordPanel(self._shared, kind_name, owner), _new_title(kind_name))

    def _step_into(self) -> RecordKey | None:
        shown = self._panel.record() if self._panel is not None else None
        if shown is None:
            return None
        self._trail.append((shown.key, shown.title))
        return shown.key

    def _entitle(self, title: str) -> None:
        self._title.setText(title)
        self.setAccessibleName(title)

    # -- what can be done -----------------------------------------------------------------------

    def _offer(self) -> None:
        """Put up the buttons for what this laptop may do with the record."""
        shown = self._panel.record() if self._panel is not None else None
        clear(self._buttons)
        if shown is None:
            return
        offered: list[QPushButton] = [self._button("history", _("History"), self._history)]
        if self._trail:
            again = self._button("plus", _("Add another"), self.add_another)
            name(again, _("Add another"), ADD_ANOTHER.shortcut)
            offered.insert(0, again)
        if shown.rights.close:
            offered.append(self._button("lock", _("Close for good"), self._ask_close))
        if shown.rights.adopt:
            offered.append(self._button("check", _("Take into the catalogue"), self._adopt))
        if shown.rights.delete:
            offered.append(self._button("delete", _("Delete"), self._ask_delete))
        if shown.rights.erase:
            offered.append(self._button("delete", _("Erase for good…"), self.ask_erase))
        for at, one in enumerate(offered):
            self._buttons.addWidget(one, at // 2, at % 2)

    def _button(self, icon: str, text: str, function: Callable[[], object]) -> QPushButton:
        made = button(self, "danger" if icon == "delete" else "plain", icon, function)
        made.setText(text)
        return made

    def _current(self) -> Shown | None:
        return self._panel.record() if self._panel is not None else None

    def _history(self) -> None:
        if (shown := self._current()) is not None and self._panel is not None:
            self._shared.desk.ask(history.told, shown.key, on_done=self._panel.show_below)

    def _ask_delete(self) -> None:
        if (shown := self._current()) is None:
            return
        text = _("Delete “{title}”? Its history is kept, and Undo brings it back.").format(
            title=shown.title
        )
        if shown.owned:
            more = ngettext(
                "{count} record that belongs to it goes with it.",
                "{count} records that belong to it go with it.",
                shown.owned,
            )
            text = f"{text} {more.format(count=shown.owned)}"
        self._second_step(text, _("Delete it"), partial(self._delete, shown))

    def _ask_close(self) -> None:
        if (shown := self._current()) is None:
            return
        text = _(
            "Close “{title}” with everything in it? Nobody can open it again; what is changed "
            "later waits for a coordinator."
        ).format(title=shown.title)
        self._second_step(text, _("Close it"), partial(self._close_record, shown))

    def _second_step(self, text: str, word: str, then: Callable[[], object]) -> None:
        self._confirmed = then
        self.banner.tell("danger", text, word)

    def _confirm(self) -> None:
        then, self._confirmed = self._confirmed, None
        self.banner.dismiss()
        if then is not None:
            then()

    def _forget(self) -> None:
        self._confirmed = None

    def _delete(self, shown: Shown) -> None:
        done = partial(self._deleted, shown)
        self._shared.desk.do(writing.delete, shown.key, on_done=done, on_error=self._refuse)

    def _gone(self) -> None:
        """The record on show was deleted: show its owner, or nothing."""
        if self._trail:
            self.back()
        else:
            self.dismiss()

    def _deleted(self, shown: Shown, _touched: Any) -> None:
        current = self._current()
        if current is not None and current.key == shown.key:
            self._gone()
        self.deleted.emit(shown.title)

    def _close_record(self, shown: Shown) -> None:
        self._shared.desk.do(writing.close, shown.key, on_error=self._refuse)

    def ask_erase(self) -> None:
        """Show, in the place of the record, what erasing it for good means."""
        if (shown := self._current()) is None:
            return
        self._leave()
        step = EraseStep(self._shared.desk, shown.key)
        step.dismissed.connect(partial(self._unerased, shown.key))
        step.erased.connect(partial(self._erased, shown.key))
        self.present(_("Erase for good: {title}").format(title=shown.title), step)
        step.take_focus()

    def _unerased(self, key: RecordKey) -> None:
        self._open(RecordPanel(self._shared, key.kind, key=key), "…")

    def _erased(self, key: RecordKey, text: str, whole: bool) -> None:
        if whole:
            self._gone()
        else:
            self._unerased(key)
        self.erased.emit(text)

    def _adopt(self) -> None:
        if (shown := self._current()) is not None:
            self._shared.desk.do(writing.adopt, shown.key, on_error=self._refuse)

    def _refuse(self, error: BaseException) -> None:
        state, sentence = told(error)
        self._confirmed = None
        self.banner.tell(state, sentence)


def _new_title(kind_name: str) -> str:
    return _("New: {kind}").format(kind=kind(kind_name).label)
