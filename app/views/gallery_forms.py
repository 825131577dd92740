"""Questionnaires for the gallery: one brought, one that lacks a file, a new version, one tried out,
a finished interview with rows and a picture, the lists that are followed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygon
from PySide6.QtWidgets import QWidget

from app.forms import Definition, Session, from_file
from app.forms.checks.report import Report, check
from app.forms.comparing import compare
from app.jobs import Jobs
from app.models.ledger import RecordKey
from app.views import samples_desk
from app.views.pages import forms_export, forms_followed, forms_reads, interviews_reads
from app.views.pages.forms_answers import Given
from app.views.pages.forms_given import PicturePanel
from app.views.pages.forms_import import ImportPanel
from app.views.pages.forms_panel import Panel
from app.views.pages.forms_reads import Beside, Brought, Followed, GivenFile, Thing, Trial
from app.views.pages.forms_trial import TrialPanel
from app.views.pages.interviews import InterviewsPage
from app.views.pages.interviews_reads import Response
from app.views.pages.interviews_response import ResponseView
from app.views.widgets.table import Column, Row, Sort

_ODD: Final = """
| survey   |                     |          |                          |              |            |
|          | type                | name     | label                    | relevant     | constraint |
|          | text                | jefa     | ¿Quién responde?         |              |            |
|          | select_one_from_file comunidades.csv | comunidad | ¿De qué comunidad es? | | |
|          | integer             | edad     | ¿Cuántos años tiene?     |              | . > 5 and . < 3 |
|          | select_one sino     | denuncia | ¿Denunció? | ${edad} > 200 and ${edad} < 100 | |
|          | text                | porque   | ¿Por qué no denunció?    | ${denuncia} = 'nunca' | |
| choices  |                     |          |                          |              |            |
|          | list_name           | name     | label                    |              |            |
|          | sino                | si       | Sí                       |              |            |
|          | sino                | no       | No                       |              |            |
|          | color               | azul     | Azul                     |              |            |
| settings |                     |          |         |
|          | form_title          | form_id  | version |
|          | Viviendas de Curaray | viviendas | 2     |
"""
_FILE: Final = Path("viviendas.xlsx")
_PHOTO: Final = GivenFile(
    RecordKey(bytes(16), "attachment", bytes(16)), "foto-3f2a91c0.png", 84_210, True, True
)
_SOUND: Final = GivenFile(
    RecordKey(bytes(16), "attachment", b"2" * 16), "relato-77ab02e1.ogg", 1_204_000, False, True
)
_AWAY: Final = GivenFile(
    RecordKey(bytes(16), "attachment", b"3" * 16), "retrato-51cc09aa.jpg", 402_118, True, False
)


@cache
def _form(name: str = "percepcion") -> Definition:
    return from_file((files("resources") / "forms" / f"{name}.md").read_bytes(), f"{name}.md")


def _report(*present: str) -> Report:
    return check(_ODD.encode(), "viviendas.md", present)


@cache
def _photograph() -> bytes:
    """A drawn hillside, in the place of a photograph."""
    image = QImage(960, 640, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    sky = QLinearGradient(0, 0, 0, 640)
    sky.setColorAt(0, QColor("#86a9c8"))
    sky.setColorAt(1, QColor("#e9dfc8"))
    painter.fillRect(image.rect(), sky)
    painter.setPen(Qt.PenStyle.NoPen)
    for colour, points in (
        ("#4e7a5b", [(0, 470), (330, 250), (620, 420), (960, 300), (960, 640), (0, 640)]),
        ("#2f5a3f", [(0, 560), (420, 440), (960, 540), (960, 640), (0, 640)]),
        ("#8a5a3a", [(380, 430), (480, 350), (580, 430)]),
        ("#d9c7a3", [(400, 430), (560, 430), (560, 540), (400, 540)]),
        ("#5a4030", [(460, 470), (500, 470), (500, 540), (460, 540)]),
    ):
        painter.setBrush(QColor(colour))
        painter.drawPolygon(QPolygon([QPoint(x, y) for x, y in points]))
    painter.end()
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(held.data())


class _Houses:
    """What stands on a list."""

    _ROWS: Final = (
        ("Casa de la familia Grefa", "Calle Bolívar", "6"),
        ("Casa de la familia Andi", "Vía a Curaray km 3", "4"),
        ("Casa de Rosa Tapuy", "Barrio Santa Rosa", "2"),
    )

    def __init__(self) -> None:
        self.columns = [
            Column("label", "Nombre", width=240),
            Column("/calle", "calle", width=180),
            Column("/personas", "personas", width=110),
        ]

    def count(self, filter: str) -> int:
        del filter
        return len(self._ROWS)

    def page(self, offset: int, limit: int, sort: Sort | None, filter: str) -> list[Row]:
        del offset, limit, sort, filter
        return [Row(at, one) for at, one in enumerate(self._ROWS)]


def _page(jobs: Jobs, brought: Brought | None = None) -> InterviewsPage:
    desk = samples_desk.interviewing(jobs)
    found = replace(desk.answer(interviews_reads.overview), may_import=True, follows=True)
    desk.also({
        interviews_reads.overview: found,
        forms_reads.read_form: brought,
        forms_reads.content: _photograph(),
        forms_reads.fill: forms_reads.fill(None, _form(), {}, 7),  # type: ignore[arg-type]
        forms_followed.things: _Houses(),
        forms_reads.thing: Thing("Casa de Rosa Tapuy", [("calle", "Barrio Santa Rosa")], []),
        forms_export.repeats_of: [("/hogar/integrante", "Integrante del hogar (integrante)")],
    })  # fmt: skip
    return InterviewsPage(desk)


def _framed(page: QWidget) -> QWidget:
    from app.views.gallery import framed

    return framed(page, "surveys")


def _with(page: InterviewsPage, panel: Panel) -> QWidget:
    page.show_panel(panel)
    return _framed(page)


def _brought(jobs: Jobs, brought: Brought) -> QWidget:
    page = _page(jobs, brought)
    return _with(page, ImportPanel(page._desk, brought.path, page))


def odd(jobs: Jobs) -> QWidget:
    return _brought(jobs, Brought(_FILE, b"", {"comunidades.csv": b""}, _report("comunidades.csv")))


def lacking(jobs: Jobs) -> QWidget:
    return _brought(jobs, Brought(_FILE, b"", {}, _report(), ["comunidades.csv"]))


def newer(jobs: Jobs) -> QWidget:
    source = (files("resources") / "forms" / "percepcion.md").read_text(encoding="utf-8")
    old = _form()
    lines = [one for one in source.splitlines() if " ocupacion " not in one and "barrio" not in one]
    new = from_file("\n".join(lines).replace("Edad", "Su edad").encode(), "percepcion.md")
    labels = forms_reads._labels(old) | forms_reads._labels(new)
    beside = Beside("2026-11", 61, compare(old, new), labels)
    return _brought(jobs, Brought(Path("percepcion.xlsx"), b"", {}, Report(new), beside=beside))


def _trial(page: InterviewsPage) -> TrialPanel:
    form = _form()
    return TrialPanel(page._desk, Trial(form.title, form, Session(form), {}), page)


def trying(jobs: Jobs) -> QWidget:
    page = _page(jobs)
    return _with(page, _trial(page))


def at_random(jobs: Jobs) -> QWidget:
    page = _page(jobs)
    panel = _trial(page)
    panel.seed.setValue(7)
    panel.fill()
    return _with(page, panel)


def following(jobs: Jobs) -> QWidget:
    page = _page(jobs)
    found = [
        Followed("casas", 34, samples_desk.NOON_MS, ["Registro de casas"], ["Visita", "Riesgos"]),
        Followed("pozos", 5, samples_desk.NOON_MS, ["Registro de pozos"], []),
        Followed("escuelas", 0, None, [], ["Recorrido exploratorio"]),
    ]
    return _with(page, forms_followed.FollowedPanel(page._desk, found, page))


def _reading(jobs: Jobs) -> InterviewsPage:
    from app.views.screenshots import settle

    page = _page(jobs)
    answers = [
        Given("Comunidad", "Curaray"),
        Given("Fotografía de la casa", "foto-3f2a91c0.png", file=_PHOTO),
        Given("Relato", "relato-77ab02e1.ogg", file=_SOUND),
        Given("Integrante 1 (Luis)", is_row=True),
        Given("Edad", "41", 1),
        Given("Integrante 2 (Ana)", is_row=True),
        Given("Edad", "38", 1),
        Given("Retrato", "retrato-51cc09aa.jpg", 1, file=_AWAY),
    ]
    facts = [("Cuestionario", "viviendas"), ("Estado", "Completa")]
    found = Response(
        samples_desk.KEY, "ARJ-L2-013", facts, answers, [("20 nov 2026, 14:02 · María Andi", "")],
        False, True, True,
    )  # fmt: skip
    page._desk.also({interviews_reads.response: found})  # type: ignore[attr-defined]
    page.responses.open(samples_desk.KEY)
    # The list settles first; it closes what was open beside another one.
    settle(jobs)
    return page


def reading(jobs: Jobs) -> QWidget:
    return _framed(_reading(jobs))


def correcting(jobs: Jobs) -> QWidget:
    page = _reading(jobs)
    view = page.responses.sheet.content()
    assert isinstance(view, ResponseView)
    view.ask_correct()
    return _framed(page)


def enlarged(jobs: Jobs) -> QWidget:
    page = _page(jobs)
    return _with(page, PicturePanel(page._desk, _PHOTO, page))


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "form-brought": odd,
    "form-lacking": lacking,
    "form-newer": newer,
    "form-trial": trying,
    "form-random": at_random,
    "form-followed": following,
    "response-rows": reading,
    "response-correcting": correcting,
    "response-picture": enlarged,
}
