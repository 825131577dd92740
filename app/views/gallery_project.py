"""The pages of an open project, and the way into one, filled with made-up data for the gallery."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.i18n import _
from app.jobs import Handler, Job, Jobs
from app.models.commands import people
from app.models.commands.people import Seat
from app.models.ledger import RecordKey
from app.models.ledger.registers import State
from app.models.records import kind
from app.models.unsent import Unsent
from app.settings import Settings
from app.views import history, lookup, samples, samples_home
from app.views.desk import Desk
from app.views.facts import Facts, Place, facts
from app.views.frame import Frame
from app.views.office import Office
from app.views.pages import forms_contact, waiting
from app.views.pages.create import CreateWizard
from app.views.pages.home_reads import news
from app.views.pages.papers import laptop_paper, project_paper
from app.views.pages.project import ProjectPage
from app.views.pages.record_sheet import RecordSheet
from app.views.pages.recover import RecoverWizard
from app.views.pages.waiting import WaitingPage
from app.views.project_reads import Laptop, Overview, SpaceLine, overview
from app.views.record_reads import Rights, Rows, Shown, homes, read
from app.views.widgets.listing import PagedTable
from app.views.widgets.page import Page

_DAY_MS: Final = 86_400_000
_NOWHERE: Final = Path("sample")
_SPACE: Final = bytes(16)
_PHRASE: Final = "canoa lluvia tambor quinto ceiba farol"
_LAPTOP_CODE: Final = "L-3K7QD-0A2BC-9XY4Z-M5N6P-QRST7-V8W9X-1Y2Z3"
_PROJECT_CODE: Final = "P-7D3KQ-B20CA-Z94YX-P6M5N-7TSRQ-X9W8V-3Z1Y2"
_FACTS: Final = Facts(
    True,
    "Pastaza Segura",
    "EG",
    True,
    (
        Place(b"0" * 16, "Pastaza Segura", "coordinator", True),
        Place(_SPACE, "Arajuno", "coordinator", False),
        Place(b"1" * 16, "Consejo Cantonal", "coordinator", False),
    ),
    Unsent(12),
    None,
    2,
)


class SampleDesk(Desk):
    """Answers the questions of the pages by what is made up here, and does nothing."""

    def __init__(self, jobs: Jobs, answers: Mapping[Any, Any]) -> None:
        super().__init__(jobs, jobs)
        self._answers = answers

    def ask(
        self,
        question: Callable[..., Any],
        *args: Any,
        on_done: Handler,
        on_error: Handler | None = None,
    ) -> Job:
        del args
        answer = partial(self._answers.get, question)
        done = on_done if question in self._answers else None
        return self.jobs.run(answer, on_done=done, on_error=on_error)


_SPACES = tuple(
    SpaceLine(bytes([number] * 16), name, name)
    for number, name in enumerate(("Arajuno", "Consejo Cantonal"))
)


def sample_answers() -> dict[Any, Any]:
    all_forms = (("Percepción de seguridad", "percepcion@3", 26),)
    return {
        facts: _FACTS,
        news: samples_home.coordinator(),
        overview: Overview(_SPACES, _laptops(), all_forms, _PHRASE),
        people.all_here: [Seat("EG", "Elena Grefa"), Seat("RT", "Rosa Tapuy")],
        forms_contact.told: ("elena.grefa@example.org", "099 123 4567", "-1.4924 -78.0024 0.0 0.0"),
        homes: [(_SPACE, "Arajuno"), (b"1" * 16, "Consejo Cantonal")],
        lookup.title: "Consejo Cantonal de Seguridad",
        read: _meeting(),
        history.told: [
            (_("{when} · {person} on {laptop}").format(
                when="20 nov 2026, 14:02", person="Rosa Tapuy", laptop="L3"),
             _("{field}: {value}").format(field=_("Subject"), value="Alarmas comunitarias")),
        ],
        waiting._request_of: (b"", _PHRASE),
    }  # fmt: skip


def _laptops() -> tuple[Laptop, ...]:
    now = int(time.time() * 1000)
    return (
        Laptop(b"1", "L1", (("", "coordinator"),), True, True, "Elena Grefa", now, changes=61),
        Laptop(
            b"2", "L2", (("Arajuno", "facilitator"),), True, False, "María Andi",
            now - 3 * _DAY_MS, _("Response"), "ARJ-L2-031", 482, 1, 3, 2_000_000_000,
        ),
        Laptop(
            b"3", "L3", (("Consejo Cantonal", "secretary"),), True, False, "Rosa Tapuy",
            now - 44 * _DAY_MS, _("Meeting"), "003-2026 · Alarmas comunitarias", 214, 0, 44,
        ),
        Laptop(b"4", "L4", (), False, False, "Luis Aguinda", now - 90 * _DAY_MS, changes=12),
    )  # fmt: skip


def _meeting() -> Shown:
    def rows(name: str, *titles: str) -> Rows:
        keys = (RecordKey(_SPACE, name, bytes([at] * 16)) for at in range(len(titles)))
        return Rows(name, tuple(zip(keys, titles, strict=True)), len(titles), True)

    values = {
        "number": "003-2026",
        "subject": "Alarmas comunitarias en Santa Clara",
        "type": "ordinary",
        "status": "held",
        "date": "2026-11-20",
        "starts": "14:00",
    }
    return Shown(
        RecordKey(_SPACE, "meeting", bytes(16)),
        kind("meeting").title_of(values),
        values,
        {},
        State.VISIBLE | State.CONFLICT,
        Rights(edit=True, delete=True, close=True),
        (
            rows("agenda_item", "Constatación del quórum", "Alarmas comunitarias"),
            rows("attendance", "Elena Grefa · Alcaldía", "Luis Aguinda · Policía Nacional"),
            rows("motion", "Que se instale la alarma antes de diciembre"),
            rows("resolution"),
        ),
        5,
    )


def office(
    jobs: Jobs, area: str, answers: Mapping[Any, Any] = MappingProxyType({})
) -> tuple[Frame, Page]:
    """A frame at one of its areas; `answers` are given besides the usual ones."""
    frame = Frame()
    desk = SampleDesk(jobs, {**sample_answers(), **answers})
    made = Office(frame, desk, Settings(_NOWHERE), _FACTS, parent=frame)
    frame.go(area)
    made.quiet()
    page = frame.page()
    assert isinstance(page, Page)
    return frame, page


def home(jobs: Jobs) -> QWidget:
    return office(jobs, "home")[0]


def project(jobs: Jobs) -> QWidget:
    return office(jobs, "project")[0]


def admitting(jobs: Jobs) -> QWidget:
    frame, page = office(jobs, "project")
    assert isinstance(page, ProjectPage)
    page.strip.offer(_SPACES)
    page.strip.words.show_words(_PHRASE)
    page.strip.show()
    return frame


def settings(jobs: Jobs) -> QWidget:
    return office(jobs, "settings")[0]


def record(jobs: Jobs) -> QWidget:
    """A meeting in its sheet, beside the page it was opened from."""
    frame, sheet = _beside(jobs)
    sheet.open_record(RecordKey(_SPACE, "meeting", bytes(16)))
    return frame


def record_new(jobs: Jobs) -> QWidget:
    frame, sheet = _beside(jobs)
    sheet.open_new("committee")
    return frame


def _beside(jobs: Jobs) -> tuple[Frame, RecordSheet]:
    frame, _home = office(jobs, "home")
    made = frame.findChild(Office)
    assert made is not None
    page = Page()
    page.head(_("Meetings"), _("A session of a committee: from the call to the signed minutes."))
    sheet = RecordSheet(made.shared, page)
    row = QHBoxLayout()
    table = PagedTable(samples.People(40), jobs, "meetings", page)
    table.refresh()
    row.addWidget(table, 3)
    row.addWidget(sheet, 2)
    page.body.addLayout(row, 1)
    frame.show_page(page)
    frame.navigation.set_current("meetings")
    return frame, sheet


def create(jobs: Jobs) -> QWidget:
    return _alone(CreateWizard(jobs, _NOWHERE))


def create_passphrase(jobs: Jobs) -> QWidget:
    wizard = CreateWizard(jobs, _NOWHERE)
    frame = _alone(wizard)
    wizard.show_step(1)
    wizard.passphrase.first.line.setText(_PHRASE)
    wizard.refuse(wizard.step().check())
    return frame


def papers(jobs: Jobs) -> QWidget:
    return papers_wizard(jobs)[0]


def papers_typed(jobs: Jobs) -> QWidget:
    frame, wizard = papers_wizard(jobs)
    wizard.go_on()
    return frame


def papers_wizard(jobs: Jobs) -> tuple[Frame, CreateWizard]:
    wizard = CreateWizard(jobs, _NOWHERE)
    frame = _alone(wizard)
    wizard.papers.take_papers(laptop_paper(_LAPTOP_CODE), project_paper(_PROJECT_CODE))
    wizard.show_step(2, no_way_back=True)
    return frame, wizard


def recover(jobs: Jobs) -> QWidget:
    return _alone(RecoverWizard(jobs, _NOWHERE, _NOWHERE, "EG"))


def joining(jobs: Jobs) -> QWidget:
    page = WaitingPage(SampleDesk(jobs, sample_answers()))
    page._previewed((b"grant", _PHRASE))
    return _alone(page)


def _alone(page: QWidget) -> Frame:
    frame = Frame()
    frame.show_alone(page)
    return frame


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "home": home,
    "project": project,
    "project-admit": admitting,
    "settings": settings,
    "record": record,
    "record-new": record_new,
    "create": create,
    "create-passphrase": create_passphrase,
    "papers": papers,
    "papers-typed": papers_typed,
    "recover": recover,
    "joining": joining,
}
