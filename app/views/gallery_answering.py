"""One page a family of controls, with a question for every wish a form may have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.jobs import Jobs
from app.views.answering.keeping import MemoryFiles, png
from app.views.interview import Question
from app.views.pages.form_question import QuestionPanel
from app.views.theme import FAR, LIGHT, WIDE, theme
from app.views.widgets.page import scrolled

_YES_NO: Final = (("1", "Sí"), ("2", "No"), ("9", "No responde"))
_HARMS: Final = (
    ("robo", "Robo en la calle"), ("casa", "Robo en la casa"), ("extorsion", "Extorsión"),
    ("violencia", "Violencia en el hogar"), ("rinas", "Riñas y peleas"), ("otro", "Otro"),
)  # fmt: skip
_SCALE: Final = (
    ("1", "Nada seguro"), ("2", "Poco seguro"), ("3", "Ni lo uno ni lo otro"),
    ("4", "Bastante seguro"), ("5", "Muy seguro"),
)  # fmt: skip
_MAP: Final = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 120">
<rect id="norte" x="5" y="5" width="140" height="50" fill="#dfe8d8" stroke="#556"/>
<rect id="sur" x="5" y="60" width="140" height="55" fill="#e8e2d0" stroke="#556"/>
<path id="rio" d="M155 5 L290 5 L260 115 L155 115 Z" fill="#d4e4ee" stroke="#556"/></svg>"""
_MARKED: Final = (
    "# Antes de empezar\nDiga que es **confidencial** y _voluntario_.\n"
    "- Nadie sabrá qué respondió\n- Puede parar cuando quiera\n"
    '<span style="color:#a3281c">Nunca</span> anote el nombre.'
)


def _picture() -> bytes:
    """A small landscape, so that there is a picture to show."""
    image = QImage(360, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(LIGHT.info))
    painter = QPainter(image)
    painter.fillRect(0, 120, 360, 80, QColor(LIGHT.primary))
    painter.setBrush(QColor(LIGHT.warning))
    painter.drawEllipse(250, 30, 60, 60)
    painter.end()
    return png(image)


def _files() -> MemoryFiles:
    picture = _picture()
    made = MemoryFiles({"barrio.png": picture, "mapa.svg": _MAP, "calle.png": picture})
    made.kept["foto-3f2a.png"] = picture
    return made


def _typed() -> list[Question]:
    return [
        Question("/t1", "text", "¿Cómo se llama la comunidad?", value="Curaray"),
        Question("/t2", "text", "Cuente qué pasó.", appearance="multiline"),
        Question("/t3", "text", "Teléfono", appearance="numbers"),
        Question("/t4", "integer", "Habitantes de la parroquia", appearance="thousands-sep",
                 value=1234567),
        Question("/t5", "text", "Clave de la brigada", appearance="masked", value="chonta"),
        Question("/t6", "text", "Página del municipio", appearance="url",
                 value="https://puyo.gob.ec"),
        Question("/t7", "integer", "¿Cuántas personas viven aquí?", appearance="counter", value=4),
        Question("/t8", "barcode", "Código de la encuesta"),
    ]  # fmt: skip


def _dates() -> list[Question]:
    return [
        Question("/d1", "date", "¿Qué día fue?", value="2026-11-20"),
        Question("/d2", "date", "¿Qué día fue? (sin calendario)", appearance="no-calendar"),
        Question("/d3", "date", "¿Desde qué mes vive aquí?", appearance="month-year",
                 value="2019-03-01"),
        Question("/d4", "date", "¿En qué año nació?", appearance="year", value="1984-01-01"),
        Question("/d5", "time", "¿A qué hora?", value="14:30"),
        Question("/d6", "dateTime", "¿Cuándo llegó la patrulla?"),
    ]  # fmt: skip


def _chosen() -> list[Question]:
    many = "select_multiple"
    return [
        Question("/c1", "select_one", "¿Fue víctima de un robo?", choices=_YES_NO, value="2"),
        Question("/c2", many, "¿Qué le preocupa?", appearance="columns-3", choices=_HARMS,
                 value=["robo", "otro"]),
        Question("/c3", many, "¿Qué le preocupa?", appearance="columns-pack", choices=_HARMS),
        Question("/c4", "select_one", "¿Qué tan seguro se siente?", appearance="likert",
                 choices=_SCALE, value="4"),
        Question("/c5", "select_one", "¿Qué parte del barrio?", choices=(
            ("norte", "La loma"), ("sur", "La playa")),
            choice_media={"norte": {"image": "jr://images/barrio.png"},
                          "sur": {"image": "jr://images/no-vino.png"}}, appearance="columns-2"),
    ]  # fmt: skip


def _tables() -> list[Question]:
    asked = ("De día", "De noche", "En el transporte público")
    rows = [
        Question(f"/l{at}", "select_one", words, appearance="list-nolabel", choices=_SCALE,
                 value="45"[at % 2] if at < 2 else None)
        for at, words in enumerate(asked)
    ]  # fmt: skip
    return [
        Question("/h", "select_one", "¿Qué tan seguro se siente?", appearance="label",
                 choices=_SCALE),
        *rows,
        Question("/l9", "select_multiple", "¿Cuándo patrullan?", appearance="list",
                 choices=(("m", "Mañana"), ("t", "Tarde"), ("n", "Noche")), value=["n"]),
    ]  # fmt: skip


def _found() -> list[Question]:
    places = tuple((f"{at:05}", f"Comunidad {at:05}") for at in range(50_000))
    return [
        Question("/f1", "select_one", "¿En qué comunidad vive?", appearance="minimal",
                 choices=places, value="00042"),
        Question("/f2", "select_multiple", "¿Qué comunidades visitó?", choices=places[:1000],
                 value=["00003", "00007"]),
    ]  # fmt: skip


def _ordered() -> list[Question]:
    five = {"start": "1", "end": "5", "step": "1"}
    ten = {"start": "0", "end": "10", "step": "1"}
    return [
        Question("/r1", "rank", "Ordene de lo más a lo menos urgente.", choices=_HARMS[:4],
                 value="casa robo extorsion violencia"),
        Question("/r2", "range", "¿Cuánto confía en la policía?", attributes=ten),
        Question("/r3", "range", "¿Cuánto confía en sus vecinos?", attributes=ten, value=7,
                 choices=(("0", "Nada"), ("5", "Algo"), ("10", "Mucho"))),
        Question("/r4", "range", "Califique el alumbrado.", appearance="rating", attributes=five,
                 value=3),
        Question("/r5", "range", "Nivel del río", appearance="vertical", attributes=five, value=2),
        Question("/r6", "range", "Hora en que cierra", appearance="picker", attributes=ten,
                 value=8),
    ]  # fmt: skip


def _places() -> list[Question]:
    trace = "-1.4924 -78.0024 0.0 0.0;-1.4931 -78.0019 0.0 0.0;-1.494 -78.001 950.0 5.0"
    return [
        Question("/g1", "geopoint", "¿Dónde queda la casa comunal?",
                 value="-1.4924 -78.0024 950.0 5.0"),
        Question("/g2", "geotrace", "El camino que hacen de noche", value=trace),
        Question("/g3", "geoshape", "El lote de la comunidad",
                 value=f"{trace};-1.4924 -78.0024 0.0 0.0"),
    ]  # fmt: skip


def _kept() -> list[Question]:
    image = {"mediatype": "image/*"}
    return [
        Question("/u1", "upload", "Fotografía del lugar", attributes=image, value="foto-3f2a.png"),
        Question("/u2", "upload", "Grabación del testimonio", attributes={"mediatype": "audio/*"}),
        Question("/u3", "upload", "Firma", appearance="signature", attributes=image),
        Question("/u4", "upload", "Marque sobre la foto.", appearance="annotate", attributes=image,
                 value="foto-3f2a.png"),
    ]  # fmt: skip


def _shown() -> list[Question]:
    return [
        Question("/m1", "note", _MARKED),
        Question("/m2", "select_one", "¿Se parece a **esta** calle?", "Muéstrele la fotografía.",
                 choices=_YES_NO, guidance="Si pregunta por qué, diga que es para comparar.",
                 media={"image": "jr://images/calle.png", "audio": "jr://audio/calle.mp3"}),
        Question("/m3", "select_one", "¿Dónde ocurrió?", appearance="image-map",
                 choices=(("norte", "Barrio Norte"), ("sur", "Barrio Sur"), ("rio", "La orilla")),
                 media={"image": "jr://images/mapa.svg"}, value="sur"),
    ]  # fmt: skip


def _page(questions: Callable[[], Sequence[Question]], jobs: Jobs) -> QWidget:
    """Show questions one under the other, as wide as an interview is."""
    del jobs
    inner, outer = QWidget(), QWidget()
    middle = QWidget(inner)
    column = QVBoxLayout(middle)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(WIDE)
    files = _files()
    for question in questions():
        column.addWidget(QuestionPanel(question, middle, files))
    column.addStretch(1)
    middle.setMaximumWidth(round(640 * theme().scale))
    row = QHBoxLayout(inner)
    row.setContentsMargins(FAR, WIDE, FAR, WIDE)
    row.addStretch(1)
    row.addWidget(middle, 100)
    row.addStretch(1)
    whole = QVBoxLayout(outer)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(scrolled(inner, outer))
    return outer


_FAMILIES: Final[dict[str, Callable[[], list[Question]]]] = {
    "answers-typed": _typed,
    "answers-dates": _dates,
    "answers-chosen": _chosen,
    "answers-tables": _tables,
    "answers-found": _found,
    "answers-ordered": _ordered,
    "answers-places": _places,
    "answers-kept": _kept,
    "answers-shown": _shown,
}
PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    name: partial(_page, questions) for name, questions in _FAMILIES.items()
}
