"""Made-up people and answers, for pictures of the pages and for trying them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from app.i18n import _, lazy
from app.models.fields import Boolean, Choice, Date, Field, Integer, LongText, Reference, Text
from app.views.interview import Question, Straight
from app.views.widgets.link_input import Found
from app.views.widgets.table import Column, Row, Sort

_NAMES: Final = (
    "Nayra Shiguango", "Wilmer Andi Tapuy", "Rosa Elena Vargas", "Tania Grefa", "Luis Aguinda",
    "Kantuash Chumpi", "Mercedes Cerda", "Jorge Illanes", "Ángel Ñaupari", "Ipiak Tsamaraint",
)  # fmt: skip
_PLACES: Final = ("Arajuno", "Curaray", "Santa Clara", "Puyo", "Mera")
FIELDS: Final[tuple[Field, ...]] = (
    Text("name", lazy("Name"), required=True),
    Date("born", lazy("Date of birth"), help=lazy("Leave empty when it is not known.")),
    Choice(
        "sex",
        lazy("Sex"),
        choices=(("f", lazy("woman")), ("m", lazy("man")), ("x", lazy("other"))),
    ),
    Reference("place", lazy("Place"), kind="place"),
    Integer("household", lazy("People at home"), low=1, high=40),
    Boolean("reads", lazy("Reads and writes")),
    LongText("remarks", lazy("Remarks")),
)


class People:
    """A list of ``count`` made-up people."""

    def __init__(self, count: int = 1240) -> None:
        self._count = count
        self.columns: Sequence[Column] = (
            Column("name", lazy("Name"), width=220),
            Column("place", lazy("Place"), width=140),
            Column("born", lazy("Date of birth"), "date", 140),
            Column("household", lazy("People at home"), "number", 130),
            Column("folio", lazy("Folio"), width=140),
        )

    def _rows(self, typed: str) -> list[Row]:
        rows = [_person(at) for at in range(self._count)]
        wanted = typed.casefold().split()
        return [row for row in rows if all(word in _text(row) for word in wanted)]

    def count(self, filter: str) -> int:
        return len(self._rows(filter))

    def page(self, offset: int, limit: int, sort: Sort | None, filter: str) -> list[Row]:
        rows = self._rows(filter)
        if sort is not None:
            at = [column.id for column in self.columns].index(sort[0])
            rows.sort(key=lambda row: str(row.cells[at]), reverse=sort[1])
        return rows[offset : offset + limit]


def _person(at: int) -> Row:
    name = _NAMES[at * 7 % len(_NAMES)]
    born = f"{1950 + at * 13 % 56}-{at % 12 + 1:02}-{at % 28 + 1:02}"
    place = _PLACES[at * 3 % len(_PLACES)]
    return Row(f"{at:032x}", (name, place, born, at % 9 + 1, f"ARJ-L2-{at + 1:03}"))


def _text(row: Row) -> str:
    return " ".join(str(cell) for cell in row.cells).casefold()


class Places:
    """Finds the few places the samples know."""

    def find(self, kind: str, typed: str, answer: Callable[[Found], object]) -> None:
        del kind
        known = enumerate(_PLACES)
        answer([(f"{at:032x}", name) for at, name in known if typed.casefold() in name.casefold()])

    def name(self, kind: str, id_: str, answer: Callable[[str], object]) -> None:
        del kind
        answer(_PLACES[int(id_, 16) % len(_PLACES)])


class SampleInterview(Straight):
    """A short interview with every kind of question, one that depends on another and one refused
    answer."""

    def __init__(self) -> None:
        self.languages: Sequence[str] = ("Español", "Kichwa")
        self.language = "Español"
        self._questions = {question.path: question for question in _questions()}

    @property
    def title(self) -> str:
        return _("Safety in the parish")

    def set_language(self, language: str) -> None:
        self.language = language

    def paths(self) -> Sequence[str]:
        return tuple(self._questions)

    def page_of(self, path: str) -> Sequence[str]:
        return (path,)

    def section_of(self, path: str) -> Sequence[str]:
        section = self._questions[path].section
        asked = [self.question(one.path) for one in self._questions.values()]
        return tuple(one.path for one in asked if one.section == section and one.relevant)

    def refusal(self, path: str) -> str:
        return self.problems().get(path, "")

    def problems(self) -> dict[str, str]:
        asked = map(self.question, self._questions)
        return {
            one.path: one.error or _("An answer is needed here.") for one in asked if _wrong(one)
        }

    def question(self, path: str) -> Question:
        question = self._questions[path]
        if path == "/reported":
            return replace(question, relevant=self._questions["/victim"].value == "1")
        return question

    def set(self, path: str, value: Any) -> str:
        refused = ""
        if path == "/age" and isinstance(value, str):
            refused = "Esto no es un número entero."
        elif path == "/age" and value is not None and not 15 <= value <= 110:
            refused = "La edad debe estar entre 15 y 110 años."
        self._questions[path] = replace(self._questions[path], value=value, error=refused)
        return refused


def _wrong(question: Question) -> bool:
    return bool(question.error) or (question.required and question.standing == "missing")


def _questions() -> list[Question]:
    yes_no = (("1", "Sí"), ("2", "No"), ("9", "No responde"))
    home = "Sección A · Hogar"
    safety = "Sección B · Seguridad"
    harm = (("a", "Alumbrado"), ("b", "Patrullaje"), ("c", "Alarma comunitaria"), ("d", "Otro"))
    return [
        Question("/intro", "note", "Gracias por su tiempo. Sus respuestas son anónimas."),
        Question("/name", "text", "¿Cómo se llama la comunidad?", section=home, value="Curaray"),
        Question("/age", "integer", "¿Cuántos años cumplidos tiene?", section=home, required=True),
        Question("/since", "date", "¿Desde cuándo vive aquí?", section=home),
        Question(
            "/victim",
            "select_one",
            "En los últimos doce meses, ¿usted o alguien de su hogar fue víctima de un robo?",
            "Cuente también los intentos.",
            safety,
            choices=yes_no,
        ),
        Question(
            "/reported", "select_one", "¿Lo denunciaron?", "", safety, choices=yes_no, value="2"
        ),
        Question(
            "/needs", "select_multiple", "¿Qué haría más segura su calle?", "", safety, choices=harm
        ),
        Question("/story", "longtext", "Cuéntenos lo que quiera agregar.", "", safety),
    ]
