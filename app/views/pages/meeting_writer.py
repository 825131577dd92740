"""Keeps the text of a meeting while it is typed, and makes it a change when its writer rests.

What is typed is in the draft journal of the encrypted store within half a second; that is what
"kept 14:02" means. A change, which is signed and travels, follows when the item is left.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.errors import Forgotten
from app.i18n import _
from app.models.commands import meetings
from app.models.ledger import RecordKey
from app.models.queries.meetings import Item
from app.views.pages import meeting_reads as reads
from app.views.pages.meeting_reads import Committed, Heads, Reading, Typed
from app.views.shared import Shared


class Writer(QObject):
    """The texts of one meeting that are typed and not yet changes."""

    kept = Signal(object)
    """When everything typed was written down, in milliseconds since 1970."""
    failed = Signal(object)
    doubled = Signal()
    """Somebody else changed the same text; both versions stand."""

    def __init__(self, shared: Shared, meeting: RecordKey) -> None:
        # Not the page's: what was typed last is still kept when the page is gone already.
        super().__init__(shared)
        self._shared = shared
        self._meeting = meeting
        self._typed: dict[bytes, Typed] = {}
        self._seen: dict[bytes, Heads] = {}
        self._keys: dict[bytes, RecordKey] = {}
        self._committing: dict[bytes, str] = {}
        self._on_the_way = 0
        self._left = False
        self._recovered = False

    def take(self, reading: Reading) -> None:
        """Note what the page shows, and take over what a laptop that died left in the journal."""
        # An item that is gone from the agenda is still what somebody types in.
        typed = {item: key for item, key in self._keys.items() if item in self._typed}
        self._keys = typed | {one.key.id: one.key for one in reading.desk.agenda}
        if not self._recovered:
            self._recovered = True
            self._typed = {item: one for item, one in reading.journal.items() if item in self._keys}
            for item in tuple(self._typed):
                self.commit(item)
        fresh = {item: seen for item, seen in reading.heads.items() if item not in self._typed}
        self._seen.update(fresh)

    def text_of(self, item: Item) -> str:
        """Return the text as it was typed last, kept as a change or not."""
        typed = self._typed.get(item.key.id)
        return typed.text if typed is not None else item.text

    def type(self, item: bytes, text: str) -> None:
        """Write down a text being typed."""
        before = self._typed.get(item)
        seen = before.seen if before is not None else self._seen.get(item, ())
        self._typed[item] = Typed(text, seen)
        self._keep()

    def commit(self, item: bytes | None) -> None:
        """Make a text a change, where it was typed and is none yet."""
        if item is None or item not in self._typed or item in self._committing:
            return
        typed = self._typed[item]
        self._committing[item] = typed.text
        self._shared.desk.do(
            reads.commit, self._keys[item], typed,
            on_done=self._committed, on_error=partial(self._not_committed, item),
        )  # fmt: skip

    def leave(self) -> None:
        """The page is closed: finish what is on the way, then go."""
        for item in tuple(self._typed):
            self.commit(item)
        self._left = True
        self._end()

    def waits(self) -> bool:
        """Whether anything typed is not yet a change."""
        return bool(self._typed)

    def _keep(self) -> None:
        self._on_the_way += 1
        self._shared.desk.ask(
            reads.keep, self._meeting, dict(self._typed),
            on_done=self._written, on_error=self._not_written,
        )  # fmt: skip

    def _written(self, at_ms: int) -> None:
        self._on_the_way -= 1
        if not self._on_the_way:
            self.kept.emit(at_ms)
            self._shared.kept.emit(at_ms)
        self._end()

    def _not_written(self, error: BaseException) -> None:
        self._on_the_way -= 1
        self._fail(error)

    def _committed(self, found: Committed) -> None:
        item = found.item.id
        self._committing.pop(item, None)
        self._seen[item] = found.seen
        typed = self._typed.get(item)
        if typed is not None and typed.text == found.text:
            del self._typed[item]
        elif typed is not None:
            # Typing went on meanwhile, on top of the change just made.
            self._typed[item] = Typed(typed.text, found.seen)
        if found.done.undo is not None:
            self._shared.undo.push(_("text of the minutes"), meetings.take_back, found.done.undo)
        if found.doubled:
            self.doubled.emit()
        self._keep()

    def _not_committed(self, item: bytes, error: BaseException) -> None:
        self._committing.pop(item, None)
        if isinstance(error, Forgotten):
            # Kept at hand it would stay in the journal, where it is to be forgotten too.
            self._typed.pop(item, None)
        # Else what was typed stays in the journal and in hand.
        self._fail(error)

    def _fail(self, error: BaseException) -> None:
        self.failed.emit(error)
        if self._left:
            self._shared.failed.emit(error)
        self._end()

    def _end(self) -> None:
        if self._left and not self._on_the_way and not self._committing:
            self.deleteLater()
