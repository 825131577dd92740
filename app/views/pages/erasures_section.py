"""The orders to erase, on the project's page: which laptops have carried each out, and which not."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.views import words
from app.views.desk import Desk
from app.views.faults import told
from app.views.language import Retranslated
from app.views.pages.erase_reads import Ordered, ordered
from app.views.theme import HALF, TIGHT
from app.views.widgets.parts import clear, label
from app.views.widgets.section import Section


class ErasuresSection(Retranslated, Section):
    """Two lines an order: who, when and why; and how far it has come."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._orders: tuple[Ordered, ...] = ()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(HALF)
        self.column.addLayout(self._rows)
        self.retranslate()

    def refresh(self) -> None:
        """Read the orders anew."""
        self._desk.ask(ordered, on_done=self._take, on_error=self._fail)

    def texts(self) -> list[str]:
        """Return the orders as they read."""
        return [f"{heading(one)}\n{progress(one)}" for one in self._orders]

    def _take(self, found: tuple[Ordered, ...]) -> None:
        self._orders = found
        self.retranslate()

    def _fail(self, error: BaseException) -> None:
        self.say(_("Erasures"), told(error)[1])

    def retranslate(self) -> None:
        self.say(
            _("Erasures"),
            _("What was ordered to be erased for good, and which laptops have done it. One that "
              "stays away keeps what it has.")
            if self._orders
            else _("Nothing was ordered to be erased."),
        )  # fmt: skip
        clear(self._rows)
        for one in self._orders:
            self._rows.addLayout(self._row(one))

    def _row(self, one: Ordered) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(TIGHT)
        for type_, text in (("body", heading(one)), ("caption", progress(one))):
            made = label(type_, self)
            made.setText(text)
            column.addWidget(made)
        return column


def heading(one: Ordered) -> str:
    """What was erased and why."""
    what = ", ".join(f"{name} × {count}" if count > 1 else name for name, count in one.what)
    return " · ".join(part for part in (what, one.reason or _("no reason given")) if part)


def progress(one: Ordered) -> str:
    """Who ordered it and when, and how far it has come."""
    by = _("{when} · {person}").format(when=words.moment(one.at_ms), person=one.person or "–")
    out = _("shut out, and keeps what it had: {devices}").format(devices=", ".join(one.shut_out))
    return " · ".join([by, _reached(one), *([out] if one.shut_out else [])])


def _reached(one: Ordered) -> str:
    if not one.waiting:
        return _("done on every laptop")
    count = len(one.done) + len(one.waiting)
    done = ngettext(
        "done on {done} of {count} laptop", "done on {done} of {count} laptops", count
    ).format(done=len(one.done), count=count)
    return _("{done}; not yet on {laptops}").format(done=done, laptops=", ".join(one.waiting))
