"""The log some forms want of their interview: what stands on the page, since when and until when."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from app.errors import KipuError
from app.forms import Session
from app.forms.audit import Log, Row, together
from app.models.commands import contact
from app.views.desk import Desk
from app.views.pages.form import FormPage


def log_of(session: Session, rows: Sequence[Row], place: str = "") -> Log | None:
    """Return the log for an interview, going on from ``rows``; None where its form wants none.

    ``place`` is where the laptop was said to be today; it is told only where the form asks for it.
    """
    wanted = session.definition.audit
    if wanted is None:
        return None

    def value(path: str) -> str:
        try:
            kept = session.value(path)
        except KipuError:
            # Its row is gone; what it held is told where the row was taken out.
            return ""
        return "" if kept is None else str(kept)

    return Log(_clock(), value if wanted.changes else None, rows, place if wanted.place else None)


def _clock() -> Callable[[], int]:
    """Milliseconds since 1970 that never go back while an interview is open."""
    start, begun = time.time(), time.monotonic()
    return lambda: round((start + time.monotonic() - begun) * 1000)


class Trail(QObject):
    """Follows a page and writes into its log.

    ``desk`` is asked where the laptop is whenever somebody comes back to the page, where the log
    is to tell places.
    """

    def __init__(
        self, log: Log, page: FormPage, desk: Desk, *, is_new: bool, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._log = log
        self._page = page
        self._desk = desk
        log.note("form start" if is_new else "form resume")
        page.moved.connect(self._tell)
        page.watched.connect(self._watch)
        page.row_removed.connect(self._removed)
        page.paused.connect(self._left)
        page.jumped.connect(self._jumped)
        page.refused.connect(self._refused)

    def _watch(self, is_seen: bool) -> None:
        if not is_seen:
            self._log.hide()
        elif not self._log.is_on:
            self._tell()
            if self._log.place is not None:
                self._desk.ask(contact.position, on_done=self._stand)

    def _stand(self, place: str) -> None:
        self._log.place = place

    def _jumped(self) -> None:
        self._log.note("jump")

    def _refused(self) -> None:
        self._log.note("constraint error")

    def _tell(self) -> None:
        stop, asked = self._page.on_show()
        if not stop:
            self._log.show("end screen", "")
        elif not asked:
            self._log.show("add repeat", stop)
        elif len(asked) == 1:
            self._log.show("question", asked[0], asked)
        else:
            self._log.show("group questions", together(asked), asked)

    def _removed(self, row: str) -> None:
        self._log.note("delete repeat", row)

    def _left(self) -> None:
        self._log.hide()
        self._log.note("form save")
        self._log.note("form exit")
