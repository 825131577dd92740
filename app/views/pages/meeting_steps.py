"""From the call to the closed act: the steps of a session, those that are final in two parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.i18n import _
from app.models.commands import meetings
from app.models.commands.meetings import Done
from app.models.ledger import RecordKey
from app.views.pages.meeting_acts import Acts

if TYPE_CHECKING:
    from app.views.pages.meeting import MeetingDesk


class Steps(QObject):
    """The steps of one meeting, each offered when its turn has come."""

    def __init__(self, page: MeetingDesk, acts: Acts) -> None:
        super().__init__(page)
        self._page, self._acts = page, acts
        offered = page.next
        offered.installed.connect(partial(self._do, meetings.install))
        offered.second_call.connect(partial(self._do, meetings.second_call))
        offered.called.connect(partial(self._do, meetings.call_sent))
        offered.not_installed.connect(self._ask_without)
        offered.approved.connect(partial(self._do, meetings.approve))
        offered.closed.connect(self._ask_close)

    def take(self, what: str) -> None:
        """Take the step a key stands for: open the session, or end it."""
        if what == "install":
            self._do(meetings.install)
        elif what == "end":
            self._ask_end()

    @property
    def _key(self) -> RecordKey:
        return self._page.key

    def _do(self, command: Callable[..., Done]) -> None:
        self._page.text.hand_over()
        self._acts.do(command, self._key)

    def _ask_without(self) -> None:
        said = _(
            "Note that the meeting was not installed for lack of quorum? Everybody on the list "
            "leaves and a short act says so."
        )
        self._acts.ask(said, _("Not installed"), partial(self._do, meetings.not_installed))

    def _ask_end(self) -> None:
        desk = self._page.desk()
        if desk is None:
            return
        said = _("End the meeting now? The point under way is finished and everybody leaves.")
        waiting = sum(1 for one in desk.motions if not one.result)
        if waiting:
            said += " " + _("Motions without a vote: {count}.").format(count=waiting)
        self._acts.ask(said, _("End it"), partial(self._do, meetings.end))

    def _ask_close(self) -> None:
        said = _(
            "Close the act for good? It gets its official number, resolutions too; its text, "
            "votes and attendance become final. Nobody can open it again, and what is changed "
            "later waits for a coordinator as an addendum."
        )
        self._acts.ask(said, _("Close it for good"), partial(self._do, meetings.close))
