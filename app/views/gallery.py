"""Every page filled with made-up data: what the pictures show and what the accessibility test
walks through. A page that is not here is a page nobody looks at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from app.i18n import _, lazy
from app.jobs import Jobs
from app.models.drafts import Draft
from app.views import (
    gallery_answering,
    gallery_documents,
    gallery_entrance,
    gallery_erasing,
    gallery_first,
    gallery_forms,
    gallery_groups,
    gallery_interviews,
    gallery_meetings,
    gallery_people,
    gallery_project,
    gallery_review,
    gallery_rows,
    gallery_sync,
    samples,
    samples_desk,
)
from app.views.desk import Desk
from app.views.frame import Frame
from app.views.interview_recording import Recording
from app.views.pages.form import FormPage
from app.views.pages.form_recording import RecordingStrip
from app.views.pages.interviews import InterviewsPage
from app.views.pages.review import ReviewPage
from app.views.pages.sync import SyncPage
from app.views.unlock import UnlockPage
from app.views.widgets.compare import Compare, Line, Side
from app.views.widgets.editor import RecordEditor
from app.views.widgets.listing import PagedTable
from app.views.widgets.navigation import Area
from app.views.widgets.page import Page
from app.views.widgets.sheet import SideSheet
from app.views.widgets.status import Status

_NOON_MS: Final = 1_795_633_320_000


def framed(page: QWidget, current: str = "people") -> Frame:
    frame = Frame()
    made = iter([page])

    def empty() -> Page:
        return Page()

    areas = [
        Area("home", lazy("Home"), "home", empty),
        Area("surveys", lazy("Surveys"), "surveys", empty),
        Area("meetings", lazy("Meetings"), "meetings", empty),
        Area("people", lazy("People"), "people", empty),
        Area("places", lazy("Places"), "places", empty),
        Area("organisations", lazy("Organisations"), "organisations", empty),
        Area("sync", lazy("Sync"), "sync", empty),
        Area("review", lazy("Review"), "review", empty),
    ]
    frame.open_project("Pastaza Segura", areas)
    frame.show_page(next(made))
    frame.navigation.set_current(current)
    frame.navigation.set_count("sync", 3)
    frame.navigation.set_count("review", 6)
    frame.show_status(Status("MT", "Arajuno", 3, last_sync_ms=_NOON_MS - 9 * 86_400_000))
    frame.kept(_NOON_MS)
    return frame


class _ListPage(Page):
    """A list with its editor beside it."""

    def __init__(self, jobs: Jobs, count: int) -> None:
        super().__init__()
        self.list = PagedTable(samples.People(count), jobs, "people", self)
        self.list.say_when_empty(_("No people yet."), _("Add a person"))
        self.body.addWidget(self.list, 1)
        self.retranslate()
        self.list.refresh()

    def take_focus(self) -> None:
        self.list.take_focus()

    def retranslate(self) -> None:
        self.head(lazy("People"), lazy("Everyone this space knows."), lazy("Add a person"))


def unlock(jobs: Jobs) -> QWidget:
    del jobs
    frame = Frame()
    page = UnlockPage(["MT", "RV", "JI"])
    frame.show_alone(page)
    return frame


def unlock_refused(jobs: Jobs) -> QWidget:
    del jobs
    frame = Frame()
    page = UnlockPage(["MT", "RV", "JI"])
    frame.show_alone(page)
    page.refuse(_("That passphrase does not open MT."), 4)
    return frame


def people(jobs: Jobs) -> QWidget:
    return framed(_ListPage(jobs, 1240))


def empty(jobs: Jobs) -> QWidget:
    return framed(_ListPage(jobs, 0))


def editor(jobs: Jobs) -> QWidget:
    from PySide6.QtWidgets import QHBoxLayout

    page = _ListPage(jobs, 1240)
    sheet = SideSheet(page)
    edit = RecordEditor(samples.FIELDS, samples.Places())
    edit.show_values({"name": "Nayra Shiguango", "born": "1987-03-02", "sex": "f", "household": 60})
    sheet.present("Nayra Shiguango", edit)
    sheet.kept.kept(_NOON_MS)
    edit.show_problem(
        "household",
        _("{field}: {given} is out of range; check the number.").format(
            field=_("People at home"), given=60
        ),
    )
    row = QHBoxLayout()
    page.body.removeWidget(page.list)
    row.addWidget(page.list, 1)
    row.addWidget(sheet)
    page.body.addLayout(row, 1)
    return framed(page)


def interview(jobs: Jobs) -> QWidget:
    del jobs
    page = FormPage(samples.SampleInterview(), "ARJ-L2-014 · Curaray")
    page.kept.kept(_NOON_MS)
    page.go_to("/victim")
    return framed(page, "surveys")


def interview_refused(jobs: Jobs) -> QWidget:
    del jobs
    asked = samples.SampleInterview()
    asked.set("/age", 7)
    page = FormPage(asked, "ARJ-L2-014 · Curaray")
    page.go_to("/age")
    page.toggle_outline()
    return framed(page, "surveys")


def interview_note(jobs: Jobs) -> QWidget:
    del jobs
    page = FormPage(samples.SampleInterview(), "ARJ-L2-014 · Curaray", note="intro: llovía")
    page.go_to("/needs")
    page.note()
    return framed(page, "surveys")


def interview_recorded(jobs: Jobs) -> QWidget:
    draft = Draft(bytes(16), "response", bytes(16), _NOON_MS, _NOON_MS)
    recording = Recording(Desk(jobs), draft, jobs)
    page = FormPage(samples.SampleInterview(), "ARJ-L2-014 · Curaray")
    page.stand_above(RecordingStrip(recording, page))
    page.kept.kept(_NOON_MS)
    page.go_to("/victim")
    recording.seconds, recording.state = 754, "on"
    recording.changed.emit()
    return framed(page, "surveys")


def interview_end(jobs: Jobs) -> QWidget:
    del jobs
    asked = samples.SampleInterview()
    page = FormPage(asked, "ARJ-L2-014 · Curaray")
    page.show_problems(asked.problems())
    return framed(page, "surveys")


def interviews(jobs: Jobs) -> QWidget:
    return framed(InterviewsPage(samples_desk.interviewing(jobs)), "surveys")


def interviews_empty(jobs: Jobs) -> QWidget:
    return framed(InterviewsPage(samples_desk.interviewing(jobs, empty=True)), "surveys")


def response(jobs: Jobs) -> QWidget:
    page = InterviewsPage(samples_desk.interviewing(jobs))
    page.responses.open(samples_desk.KEY)
    return framed(page, "surveys")


def sync(jobs: Jobs) -> QWidget:
    return framed(SyncPage(samples_desk.syncing(jobs)), "sync")


def synced(jobs: Jobs) -> QWidget:
    page = SyncPage(samples_desk.syncing(jobs))
    page.outcome.show_report(samples_desk.report())
    page.progress.tell(_("Sent {sent} · received {received}").format(sent="3 kB", received="42 kB"))
    page.banner.tell("done", _("Synced. Everything is written: you may take out the stick now."))
    return framed(page, "sync")


def review(jobs: Jobs) -> QWidget:
    return framed(ReviewPage(samples_desk.reviewing(jobs)), "review")


def review_aside(jobs: Jobs) -> QWidget:
    return framed(ReviewPage(samples_desk.reviewing(jobs, only_late=True)), "review")


def compare(jobs: Jobs) -> QWidget:
    del jobs
    page = Page()
    page.head(_("Review"), _("Two people changed the same thing. Choose what holds."))
    both = Compare(page)
    both.compare(
        Side(_("1 · MT on L2"), "20 nov 2026, 14:02"),
        Side(_("2 · RV on L1"), "20 nov 2026, 16:40"),
        [
            Line("Nombre", "Nayra Shiguango", "Nayra Shiguango"),
            Line("Comunidad", "Curaray", "Arajuno"),
            Line("Nota", "vive con su abuela desde enero", "vive con su tía desde marzo"),
        ],
    )
    page.body.addWidget(both, 1)
    return framed(page, "review")


def finding(jobs: Jobs) -> QWidget:
    frame = framed(_ListPage(jobs, 40))
    frame.resize(1366, 768)
    frame.palette_.open()
    return frame


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "unlock": unlock,
    "unlock-refused": unlock_refused,
    "list": people,
    "list-empty": empty,
    "list-editor": editor,
    "interview": interview,
    "interview-refused": interview_refused,
    "interview-note": interview_note,
    "interview-recorded": interview_recorded,
    "interview-end": interview_end,
    "interviews": interviews,
    "interviews-empty": interviews_empty,
    "response": response,
    "sync": sync,
    "synced": synced,
    "review": review,
    "review-aside": review_aside,
    "compare": compare,
    "find": finding,
    **gallery_project.PAGES,
    **gallery_answering.PAGES,
    **gallery_documents.PAGES,
    **gallery_entrance.PAGES,
    **gallery_erasing.PAGES,
    **gallery_first.PAGES,
    **gallery_groups.PAGES,
    **gallery_interviews.PAGES,
    **gallery_forms.PAGES,
    **gallery_meetings.PAGES,
    **gallery_people.PAGES,
    **gallery_rows.PAGES,
    **gallery_review.PAGES,
    **gallery_sync.PAGES,
}
