"""An open project in the frame: its areas, the line of state, undo, and locking when nobody is
there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, QTimer

from app.i18n import _
from app.models import kept_log, own_forms
from app.models.ledger import RecordKey
from app.models.own_forms import OwnForm
from app.models.project import Project
from app.models.queries import lists
from app.models.queries.lists import Listing
from app.models.records import kind
from app.models.risks import risk_sentence
from app.settings import Settings
from app.views import interview_recording
from app.views.actions import here
from app.views.areas import LISTS, areas_for
from app.views.auto_sync import AutoSync
from app.views.desk import Desk
from app.views.elsewhere import Elsewhere, elsewhere
from app.views.facts import Facts, facts
from app.views.frame import Frame
from app.views.language import follow_country
from app.views.lookup import title
from app.views.pages.interviews import InterviewsPage
from app.views.pages.interviews_own import use_text
from app.views.pages.sync import SyncPage
from app.views.shared import BeginsFor, GoesOn, OpensRecords, Shared
from app.views.widgets.palette import Hit, matches
from app.views.widgets.parts import Banner
from app.views.widgets.status import Status

_SIGNS_OF_LIFE: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    }
)
_REST_MS: Final = 300
_BACKUP_MS: Final = 60_000
_FEWEST: Final = 2
"""Letters typed before records are looked for."""
_HITS: Final = 5
_TELL_SHUT_OUT: Final = frozenset({"home", "sync"})
"""The areas that say by themselves that this laptop was shut out."""


class Office(QObject):
    """Fills the frame with an open project and keeps what it says up to date."""

    def __init__(
        self, frame: Frame, desk: Desk, settings: Settings, found: Facts, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._frame = frame
        self.desk = desk
        self.shared = Shared(desk, settings, found, self)
        self._told_out = ""
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._leave_alone)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._ask)
        self._backup = QTimer(self)
        self._backup.setSingleShot(True)
        self._backup.timeout.connect(self._back_up)
        # Not while the first list is being read.
        self._backup.start(_BACKUP_MS)
        self.auto_sync = AutoSync(desk, self)
        self.auto_sync.ended.connect(self._synced)
        self.auto_sync.follow_network()
        self._connect()
        for searcher in (self._find, self._find_elsewhere, self._find_own):
            frame.palette_.add_searcher(searcher)
        frame.open_project(found.project, areas_for(self.shared))
        self._say()
        self._say_undo("")
        self._say_redo("")
        self._tell_notices(found)
        self.restart_idle()
        desk.ask(kept_log.attach, on_done=self._without_news)

    def _connect(self) -> None:
        frame, shared = self._frame, self.shared
        frame.page_changed.connect(self._entered)
        frame.actions_.bind("project.undo", shared.undo.take_back)
        frame.actions_.bind("project.redo", shared.undo.do_again)
        frame.actions_.bind("project.sync", partial(frame.go, "sync"))
        shared.undo.changed.connect(self._say_undo)
        shared.undo.redo_changed.connect(self._say_redo)
        shared.undo.failed.connect(frame.show_error)
        shared.undo.moved.connect(self._say_moved)
        shared.failed.connect(frame.show_error)
        shared.kept.connect(frame.kept)
        shared.open_asked.connect(self._go)
        shared.record_asked.connect(self._open)
        shared.draft_asked.connect(self._go_on)
        shared.begin_asked.connect(self._begin)
        shared.space_chosen.connect(self._say)
        shared.facts_changed.connect(self._say)
        shared.desk.changed.connect(self._changed)
        if (window := frame.windowHandle()) is not None:
            window.installEventFilter(self)

    # -- what is said ---------------------------------------------------------------------------

    def _changed(self, _touched: Any) -> None:
        # A sync announces many changes; the line below waits until it rests.
        self._rest.start()

    def _entered(self, area: str) -> None:
        self._rest.start()
        told = self._told_out
        if told and area in _TELL_SHUT_OUT and self._frame.banner.text() == told:
            self._frame.banner.dismiss()

    def _synced(self) -> None:
        """A sync by itself ended: what the line below and the sync page say may be old."""
        self._rest.start()
        page: object = self._frame.page()
        if isinstance(page, SyncPage):
            page.refresh_quietly()

    def _back_up(self) -> None:
        self.desk.ask(Project.back_up_if_due, on_done=self._without_news)

    def _without_news(self, _nothing: None) -> None:
        """What was asked for is done; nobody needs to hear of it."""

    def _ask(self) -> None:
        self.desk.ask(facts, True, on_done=self.shared.take_facts, on_error=self._frame.show_error)

    def _say(self) -> None:
        follow_country()
        found, frame = self.shared.facts, self._frame
        space = self.shared.space_name()
        own = self.shared.own_spaces()
        if not space and len(own) == 1:
            space = own[0].name
        unsent = found.unsent
        frame.show_status(
            Status(
                found.label, space, unsent.changes, unsent.files, unsent.entries,
                found.last_sync_ms, found.sync_trouble, bool(found.shut_out),
            )
        )  # fmt: skip
        self._say_shut_out(found.shut_out)
        frame.navigation.set_project(found.project)
        frame.navigation.set_count("sync", unsent.total)
        frame.navigation.set_count("review", found.waiting)
        if found.counting:
            self._rest.start()

    def _say_shut_out(self, why: str) -> None:
        """Whoever works on another page hears it at once; home and the sync page say it themselves."""
        is_news = bool(why) and not self._told_out
        self._told_out = self._told_out if why and not is_news else why
        if is_news and self._frame.current_area() not in _TELL_SHUT_OUT:
            self._frame.banner.tell("danger", why)

    def _say_undo(self, text: str) -> None:
        action = self._frame.actions_["project.undo"]
        action.setText(text or _("Undo"))
        action.setEnabled(bool(text))

    def _say_redo(self, text: str) -> None:
        action = self._frame.actions_["project.redo"]
        action.setText(text or _("Redo"))
        action.setEnabled(bool(text))

    def _say_moved(self, text: str) -> None:
        """What a page said was done is not so any more: its banner says that instead."""
        stale = [one for one in self._frame.findChildren(Banner) if one.state() == "done"]
        for banner in stale:
            if banner.isVisible():
                banner.tell("info", text)
            else:
                banner.dismiss()

    def _tell_notices(self, found: Facts) -> None:
        said = [*found.notices, *([risk_sentence(found.risk)] if found.risk else [])]
        if said:
            self._frame.banner.tell("warning", "\n".join(said))

    # -- where to go ----------------------------------------------------------------------------

    def _go(self, area: str) -> None:
        if area in self._frame.navigation.ids():
            self._frame.go(area)

    def _find(self, typed: str, answer: Callable[[Sequence[Hit]], object]) -> None:
        """Find records of every list by their words, for Ctrl+K."""
        if len(typed) < _FEWEST:
            answer([])
        else:
            areas = set(self._frame.navigation.ids())
            kinds = tuple(one for one, area in LISTS.items() if area in areas)
            self.desk.ask(find_records, kinds, typed, on_done=partial(self._found, answer))

    def _found(
        self,
        answer: Callable[[Sequence[Hit]], object],
        found: list[tuple[RecordKey, str]],
    ) -> None:
        hits = [
            Hit(title, partial(self._open, key), str(kind(key.kind).label), LISTS[key.kind])
            for key, title in found
        ]
        answer(hits)

    def _find_elsewhere(self, typed: str, answer: Callable[[Sequence[Hit]], object]) -> None:
        """Find what the buttons of the other pages do, for Ctrl+K."""
        frame = self._frame
        current = frame.current_area()
        areas = {one.id: one for one in areas_for(self.shared)} if typed else {}
        answer(
            [
                Hit(one.text, partial(self._press, one), str(area.text), area.icon)
                for one in elsewhere()
                if (area := areas.get(one.area)) is not None
                and one.area != current
                and matches(typed, one.text)
            ]
        )

    def _press(self, one: Elsewhere) -> None:
        """Go where it is done; the button may only appear once the page has read its data."""
        self._go(one.area)
        self.desk.ask(_nothing, on_done=partial(self._arrived, one))

    def _arrived(self, one: Elsewhere, _nothing: None) -> None:
        if self._frame.current_area() == one.area:
            found = (offered for offered in here(self._frame.page()) if offered.text == one.text)
            for offered in found:
                offered.do()
                return

    def _find_own(self, typed: str, answer: Callable[[Sequence[Hit]], object]) -> None:
        """Find Kipu's own questionnaires that are not here yet, for Ctrl+K."""
        if len(typed) < _FEWEST:
            answer([])
        else:
            found = partial(self._found_own, typed, answer)
            self.desk.ask(own_forms.missing, on_done=found)

    def _found_own(
        self, typed: str, answer: Callable[[Sequence[Hit]], object], found: list[OwnForm]
    ) -> None:
        hits = [
            Hit(use_text(one), partial(self._take_own, one.name), icon="import") for one in found
        ]
        answer([hit for hit in hits if matches(typed, hit.text)])

    def _take_own(self, name: str) -> None:
        self._go("surveys")
        page: object = self._frame.page()
        if isinstance(page, InterviewsPage):
            page.take_own(name)

    def _open(self, key: RecordKey) -> None:
        area = LISTS.get(key.kind, "")
        self._go(area)
        page: object = self._frame.page()
        # A role that has no such area stays where it is.
        if isinstance(page, OpensRecords) and self._frame.current_area() == area:
            page.open(key)

    def _go_on(self, kind_name: str, draft: bytes) -> None:
        area = "surveys" if kind_name == "response" else LISTS.get(kind_name, "")
        self._go(area)
        page: object = self._frame.page()
        if isinstance(page, GoesOn) and self._frame.current_area() == area:
            page.go_on(draft)
        else:
            self._tell_no_area()

    def _tell_no_area(self) -> None:
        """The role that a draft was begun with is not this laptop's any more."""
        text = _("This cannot be gone on with here: the role of this laptop does not allow it any "
                 "more. It stays kept as it is; with the role, which a coordinator gives, it can "
                 "be gone on with.")  # fmt: skip
        self._frame.banner.tell("warning", text)

    def _begin(self, area: str, owner: RecordKey) -> None:
        self._go(area)
        page: object = self._frame.page()
        if isinstance(page, BeginsFor) and self._frame.current_area() == area:
            page.begin_for(owner)

    # -- locking --------------------------------------------------------------------------------

    def restart_idle(self) -> None:
        """Somebody is there: count the minutes until locking anew."""
        self._idle.start(self.shared.settings.auto_lock_minutes * 60_000)

    def _leave_alone(self) -> None:
        """Lock after a while without a key; who is being recorded is there without any."""
        if interview_recording.is_on():
            self.restart_idle()
        else:
            self._frame.lock()

    def quiet(self) -> None:
        """The project is being put away: nothing happens by itself any more."""
        interview_recording.hush()
        for timer in (self._idle, self._rest, self._backup):
            timer.stop()
        self.auto_sync.quiet()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS_OF_LIFE:
            self.restart_idle()
        return super().eventFilter(watched, event)


def _nothing(_project: Project) -> None:
    """Stands behind what a page asked for: when it is done, so is all before it."""


def find_records(project: Project, kinds: Sequence[str], typed: str) -> list[tuple[RecordKey, str]]:
    """Return the first few records of each kind whose words match; runs in the worker."""
    found = []
    for name in kinds:
        for row in lists.page(project, Listing(name, typed), 0, _HITS):
            found.append((row.key, title(project, name, row.key.id.hex())))
    return found
