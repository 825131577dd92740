"""Erasing for good, conditions that hold together and practice on the wall, for the gallery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.i18n import _
from app.jobs import Jobs
from app.models.ledger import RecordKey
from app.models.records import kind
from app.views import samples, samples_desk
from app.views.gallery_project import office
from app.views.office import Office
from app.views.pages.erase_reads import Erasable, Loss, Ordered, erasable, loss, ordered
from app.views.pages.erase_step import EraseStep
from app.views.pages.interviews import InterviewsPage
from app.views.pages.interviews_filter import ResponseFilter, Wish
from app.views.pages.meeting_projector import Projector, Wall
from app.views.pages.project import ProjectPage
from app.views.pages.record_sheet import RecordSheet
from app.views.widgets.listing import PagedTable
from app.views.widgets.page import Page

_KEY: Final = RecordKey(bytes(16), "person", bytes(16))
_LOSS: Final = Loss(3, ("L2", "L3", "L4"), True)


def erasing(jobs: Jobs, some: bool = False) -> QWidget:
    """The step in the sheet beside a list, for a whole record or for some of its fields."""
    frame, _home = office(jobs, "home", {loss: replace(_LOSS, records=1)})
    made = frame.findChild(Office)
    assert made is not None
    page = Page()
    page.head(str(kind("person").plural), kind("person").help)
    sheet, row = RecordSheet(made.shared, page), QHBoxLayout()
    table = PagedTable(samples.People(40), jobs, "people", page)
    table.refresh()
    row.addWidget(table, 3)
    row.addWidget(sheet, 2)
    page.body.addLayout(row, 1)
    step = EraseStep(made.shared.desk, _KEY)
    sheet.present(_("Erase for good: {title}").format(title="Nayra Shiguango"), step)
    fields = ("name", "phone", "notes")
    step._take(
        Erasable("", tuple((id_, str(kind("person").field(id_).label)) for id_ in fields), _LOSS)
    )
    if some:
        step.what.setCurrentIndex(1)
        step.boxes["phone"].setChecked(True)
    step.typed.setText(_("erase"))
    frame.show_page(page)
    frame.navigation.set_current("people")
    return frame


def response(jobs: Jobs) -> QWidget:
    from app.views.gallery import framed

    page = _interviews(jobs)
    _when_read(jobs, partial(page.responses.ask_erase, samples_desk.KEY, "ARJ-L2-013"))
    return framed(page, "surveys")


def filtered(jobs: Jobs) -> QWidget:
    from app.views.gallery import framed

    page = _interviews(jobs)
    _when_read(jobs, partial(_filter, page.responses.asking))
    return framed(page, "surveys")


def _filter(asking: ResponseFilter) -> None:
    sex, age, _place = asking._asked
    asking._wishes = [Wish(sex, "=", "Mujer"), Wish(age, ">=", "40")]
    asking.retranslate()
    asking.question.setCurrentIndex(2)
    asking.question.activated.emit(2)


def _when_read(jobs: Jobs, then: Callable[[], object]) -> None:
    """Do something once the page has its forms and its responses: two questions, one by one."""

    def again(_done: None) -> None:
        jobs.run(_last, on_done=lambda _none: then())

    jobs.run(_last, on_done=again)


def _last() -> None:
    """Stands in the queue behind what a page reads."""


def _interviews(jobs: Jobs) -> InterviewsPage:
    desk = samples_desk.interviewing(jobs)
    fields = (("/edad", "Edad en años cumplidos"), ("/barrio", "Barrio o comunidad"))
    taken = replace(_LOSS, records=1)
    desk.also({erasable: Erasable("ARJ-L2-013", fields, taken), loss: taken})
    return InterviewsPage(desk)


def orders(jobs: Jobs) -> QWidget:
    """The last part of the project's page, by itself: below the others no picture has it."""
    frame, page = office(jobs, "project", {ordered: _orders()})
    assert isinstance(page, ProjectPage)
    for part in (page.laptops, page._spaces, page._forms, page._places):
        part.hide()
    return frame


def _orders() -> tuple[Ordered, ...]:
    at = samples_desk.NOON_MS
    return (
        Ordered(at, "Elena Grefa", "Pidió N. S., carta del 19 de noviembre",
                (("Persona", 1), ("Respuesta", 3)), ("L1", "L3"), ("L2", "L4")),
        Ordered(at - 9 * 86_400_000, "Rosa Tapuy", "", (("Persona", 1),),
                ("L1", "L2", "L3"), (), ("L4",)),
    )  # fmt: skip


def wall(jobs: Jobs) -> QWidget:
    """What the room sees while somebody practises."""
    del jobs
    made = Projector(practice=True)
    agenda = (("done", "Constatación del quórum"), ("running", "Alarmas comunitarias"))
    made.show_wall(Wall("Consejo Cantonal de Seguridad", agenda, quorum=(9, 16, 9)))
    return made


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "erase": erasing,
    "erase-fields": partial(erasing, some=True),
    "erase-response": response,
    "erasures": orders,
    "responses-filtered": filtered,
    "meeting-wall-practice": wall,
}
