"""Somebody who fills any form at the interview page: looks which control a question has, and uses it.

Answers are made up as in a preview; here they go through the controls and keys of the page, and are
typed anew where the page refuses them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.forms.answers import returned, stored
from app.forms.checks.made_up import LATEST, made_up
from app.forms.definition import Question
from app.forms.paths import place_path
from app.views import files
from app.views.answering.dates import MonthLine, YearLine
from app.views.answering.drawing import DrawnAnswer
from app.views.answering.finding import FindAnswer
from app.views.answering.keeping import png
from app.views.answering.lines import TypedLine, TypedParagraphs
from app.views.answering.points import PointAnswer, PointsAnswer
from app.views.answering.ranges import SliderAnswer, StarsAnswer
from app.views.answering.ranking import RankAnswer
from app.views.answering.uploads import UploadAnswer
from app.views.interview import written
from app.views.pages.form import FormPage
from app.views.pages.form_question import QuestionPanel
from app.views.widgets.answers import ChoiceButtons
from tests.views.form_desk import _png

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
ENTER, SPACE, TAB = Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Tab
ATTEMPTS = 80
ROWS = 2
MOST_STEPS = 3_000
FILES = {"image": "front.png", "audio": "talk.ogg", "video": "walk.mp4"}


@dataclass
class Filler:
    """Fills the form on ``page``; ``given`` is what was given last, by path, as forms store it.

    ``wanted`` are answers that are to be given by name of question: those without which an
    interview ends early. ``keep`` waits until a file was kept.
    """

    page: FormPage
    folder: Any
    monkeypatch: pytest.MonkeyPatch
    keep: Callable[[], object]
    wanted: Mapping[str, str] = field(default_factory=dict)
    chance: Random = field(default_factory=lambda: Random(1))
    given: dict[str, str] = field(default_factory=dict)
    relevant: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)
    controls: set[str] = field(default_factory=set)

    @property
    def session(self) -> Any:
        return self.page._interview._session  # type: ignore[attr-defined]

    def press(self, *keys: Any, hold: Any = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            at = self.page.window().focusWidget()
            assert at is not None
            assert self.page.isAncestorOf(at), at
            if isinstance(key, str):
                _type(at, key)
            else:
                QTest.keyClick(at, key, hold)

    def fill(self) -> None:
        """Go from the first question to the page after the last."""
        for _step in range(MOST_STEPS):
            QApplication.processEvents()
            if self.page._rows is not None:
                self.press("a" if len(self.page._rows._rows.rows) < ROWS else ENTER)
            elif self.page.path():
                self.ask()
            else:
                return
        raise AssertionError(f"no end is in sight at {self.page.path()}")

    def ask(self) -> None:
        """Answer the question the cursor is in until it is taken, and go on."""
        page = self.page
        for _attempt in range(ATTEMPTS):
            panel = page._panel()
            assert panel is not None
            if panel.takes_answer and not page._interview.question(panel.path).readonly:
                self.answer(panel)
            if page.path() == panel.path:
                self.press(Qt.Key.Key_Right, hold=ALT)
            if page.path() != panel.path:
                return
        raise AssertionError(f"{page.path()} takes no answer: {page.refusal()}")

    def answer(self, panel: QuestionPanel) -> None:
        """Give a made-up answer through the control."""
        question = self.session.definition.questions[place_path(panel.path)]
        state = self.session.state(panel.path)
        text = self.wanted.get(question.name) or made_up(
            self.session.definition, question, state, self.chance
        )
        control = panel.answer
        if question.kind.startswith("select_") and not state.choices:
            return
        if question.kind in ("date", "dateTime"):
            text = _as_of_today(text)
        self.controls.add(type(control).__name__)
        for kinds, give in _HANDS:
            if isinstance(control, kinds):
                given = give(self, control, question, text)
                break
        else:
            raise AssertionError(f"nobody knows how to use {type(control).__name__}")
        is_named = question.kind == "upload" or question.kind.startswith("select_")
        self.given[panel.path] = given if is_named else stored(given, question)

    def mend(self, rounds: int = 40) -> None:
        """At the page after the last: answer anew what keeps the interview from being finished."""
        for _round in range(rounds):
            problems = self.page._interview.problems()
            if not problems:
                return
            self.page.show_problems(problems)
            self.press(SPACE)
            assert self.page.path() in problems
            panel = self.page._panel()
            if panel is not None and not panel.takes_answer:
                self.press(Qt.Key.Key_Left, hold=ALT)
            self.ask()
            self.fill()
        raise AssertionError(f"what is wrong stays so: {self.page._interview.problems()}")

    def finish(self) -> None:
        """Press the key that finishes, at the page after the last."""
        assert self.page.path() == ""
        self.relevant = {path for path in self.given if self.session.is_relevant(path)}
        self.press(ENTER)

    def missing(self, kept: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
        """Return what was given and is not kept so, by path: what was given, and what is kept."""
        found = {}
        for path in self.relevant:
            question = self.session.definition.questions[place_path(path)]
            given = returned(self.given[path], question)
            if kept.get(path) != given:
                found[path] = (given, kept.get(path))
        return found

    # -- the controls ------------------------------------------------------------------------------

    def retype(self, text: str) -> None:
        self.press(Qt.Key.Key_A, hold=CTRL)
        self.press(text)

    def line(self, _control: Any, question: Question, text: str) -> str:
        if question.kind in ("date", "time", "dateTime"):
            text = stored(text, question)
        self.retype(written(question.kind, _as_value(question, text)))
        return text

    def year(self, control: Any, question: Question, text: str) -> str:
        self.retype(stored(text, question)[:4])
        return str(control.value())

    def month(self, control: Any, question: Question, text: str) -> str:
        year, month, _day = stored(text, question).split("-")
        QTest.keyClicks(control._month, control._month.itemText(int(month))[:3])
        self.press(year[0])
        self.retype(year)
        return f"{year}-{month}-01"

    def paragraphs(self, _control: Any, _question: Question, text: str) -> str:
        self.retype(text)
        return text

    def buttons(self, control: ChoiceButtons, _question: Question, text: str) -> str:
        wanted = set(text.split()) if control.many else {text}
        for at, (code, row) in enumerate(control.rows()):
            if row.isChecked() != (code in wanted) and (control.many or code in wanted):
                self._choose(control, at, row)
        on = [code for code, row in control.rows() if row.isChecked()]
        assert set(on) == wanted
        return " ".join(on)

    def _choose(self, control: ChoiceButtons, at: int, row: QPushButton) -> None:
        key = control.key(at).casefold()
        if key.strip():
            self.press(key)
        else:
            row.setFocus()
            self.press(SPACE)

    def stars(self, control: StarsAnswer, _question: Question, text: str) -> str:
        at = control._codes.index(text)
        self._choose(control, at, control._rows[at])
        return text

    def found(self, control: FindAnswer, _question: Question, text: str) -> str:
        while control._many and control._order:
            self._find(control, control._order[0])
        for code in text.split() if control._many else [text]:
            self._find(control, code)
        return " ".join(control._order)

    def _find(self, control: FindAnswer, code: str) -> None:
        label = control._model.label(code)
        self.retype(label)
        steps = control._model.row_of(code) - control._list.currentIndex().row()
        self.press(*[Qt.Key.Key_Down] * steps, ENTER)

    def rank(self, control: RankAnswer, _question: Question, text: str) -> str:
        wanted = text.split()
        for place, code in enumerate(wanted):
            at = control._codes().index(code)
            control._list.setCurrentRow(at)
            self.press(*[Qt.Key.Key_Up] * (at - place), hold=ALT)
        if control.value() is None:
            control._right.setFocus()
            self.press(SPACE)
        return text

    def slide(self, control: SliderAnswer, _question: Question, text: str) -> str:
        control._line.setFocus()
        self.retype(text)
        return text

    def point(self, control: PointAnswer, _question: Question, text: str) -> str:
        for line, part in zip(control._lines, text.split(), strict=False):
            line.setFocus()
            self.retype(part)
        return text

    def points(self, control: PointsAnswer, question: Question, text: str) -> str:
        self.press(Qt.Key.Key_A, hold=CTRL)
        for at, one in enumerate(text.split("; ")):
            self.press(*([ENTER] if at else []), one)
        return stored(text, question)

    def file(self, control: UploadAnswer, question: Question, _text: str) -> str:
        name = FILES.get(control._kind, "paper.pdf")
        path = self.folder / name
        path.write_bytes(_png() if name.endswith(".png") else f"of {question.name}".encode())
        self.monkeypatch.setattr(files, "to_open", lambda *_words: path)
        control._choose.setFocus()
        self.press(SPACE)
        self.keep()
        self.files[control.path] = path.read_bytes()
        return control.reference

    def draw(self, control: DrawnAnswer, _question: Question, _text: str) -> str:
        sheet = control._sheet
        button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(sheet, button, none, QPoint(20, 20))
        QTest.mouseMove(sheet, QPoint(60, 40))
        QTest.mouseRelease(sheet, button, none, QPoint(90, 30))
        # Whoever goes on at once is asked to wait a moment: then it is kept.
        self.press(Qt.Key.Key_Right, hold=ALT)
        self.keep()
        self.files[control.path] = png(sheet.image())
        return control.reference


def _type(widget: QWidget, text: str) -> None:
    """Press the keys of a text; the testing library knows those of ASCII alone."""
    for letter in text:
        if letter.isascii():
            QTest.keyClicks(widget, letter)
        else:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                plain = Qt.KeyboardModifier.NoModifier
                QApplication.sendEvent(widget, QKeyEvent(kind, 0, plain, letter))


def _as_of_today(text: str) -> str:
    """Made-up days are counted back from a day of their own; here they are from today."""
    day, mark, time = text.partition("T")
    return f"{date.fromisoformat(day) + (date.today() - LATEST)}{mark}{time}"


def _as_value(question: Question, text: str) -> Any:
    return returned(text, question) if question.kind in ("integer", "decimal") else text


_HANDS: tuple[tuple[Any, Callable[..., str]], ...] = (
    (MonthLine, Filler.month),
    (YearLine, Filler.year),
    (TypedParagraphs, Filler.paragraphs),
    (TypedLine, Filler.line),
    (StarsAnswer, Filler.stars),
    (ChoiceButtons, Filler.buttons),
    (FindAnswer, Filler.found),
    (RankAnswer, Filler.rank),
    (SliderAnswer, Filler.slide),
    (PointAnswer, Filler.point),
    (PointsAnswer, Filler.points),
    (UploadAnswer, Filler.file),
    (DrawnAnswer, Filler.draw),
)
