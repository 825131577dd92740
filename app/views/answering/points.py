"""Places on the ground as they are typed: one point, or the points of a line or a shape."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.errors import KipuError
from app.forms.answers import stored
from app.forms.definition import Question as Asked
from app.i18n import _, ngettext
from app.views.answering.lines import line_for, tell
from app.views.interview import Question
from app.views.marked import plain
from app.views.theme import NEAR, TIGHT, mark, theme
from app.views.widgets.answers import Answer
from app.views.widgets.flow import Flow
from app.views.widgets.parts import button, label

_POINT: Final = Asked("/point", "point", "geopoint", "geopoint")
_FEWEST: Final = {"geotrace": 2, "geoshape": 4}
"""Points of the shortest line, and of the smallest shape with the last point on the first."""


def read_point(text: str) -> str:
    """Return a point as forms keep it: latitude, longitude, altitude, accuracy.

    Raises KipuError, saying what is wrong, when it is none.
    """
    return stored(text, _POINT)


class PointAnswer(Answer):
    """Latitude and longitude, with altitude and accuracy where they are known.

    A whole point typed or pasted into the first line is one too.
    """

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(NEAR)
        grid.setVerticalSpacing(TIGHT)
        parts = str(question.value or "").split()
        whole = len(parts) == 4
        shown = _shown(parts) if whole else [str(question.value or ""), "", "", ""]
        said = (
            (_("Latitude"), "-1.4924"),
            (_("Longitude"), "-78.0024"),
            (_("Altitude in metres"), _("may stay empty")),
            (_("Accuracy in metres"), _("may stay empty")),
        )
        self._lines: list[QLineEdit] = []
        for at, (words, example) in enumerate(said):
            line = line_for(question, self, shown[at])
            line.setAccessibleName(words)
            line.setPlaceholderText(example)
            line.textEdited.connect(partial(tell, self.changed))
            caption = label("caption", self)
            caption.setText(words)
            caption.setBuddy(line)
            grid.addWidget(caption, at // 2 * 2, at % 2)
            grid.addWidget(line, at // 2 * 2 + 1, at % 2)
            self._lines.append(line)

    def value(self) -> Any:
        latitude, longitude, altitude, accuracy = (one.text().strip() for one in self._lines)
        if not latitude and not longitude:
            if altitude or accuracy:
                raise KipuError(_("Write the latitude and the longitude too."))
            return None
        point = read_point(f"{latitude} {longitude}".strip())
        north, east, high, exact = point.split()
        if altitude:
            high = _metres(altitude, _("The altitude is a number of metres, such as 950."))
        if accuracy:
            exact = _metres(accuracy, _("The accuracy is a number of metres, such as 5."))
        return f"{north} {east} {high} {exact}"

    def typed(self) -> str:
        return " ".join(line.text().strip() for line in self._lines).strip()

    def take_focus(self) -> None:
        self._lines[0].setFocus()
        self._lines[0].selectAll()

    def tell_refused(self, refused: bool) -> None:
        for line in self._lines[:2]:
            mark(line, state="refused" if refused else "")


def _shown(parts: list[str]) -> list[str]:
    """Return a kept point as it is typed; nought for altitude and accuracy means unknown."""
    known = ["" if _is_nought(part) else part.removesuffix(".0") for part in parts[2:]]
    return [*parts[:2], *known]


def _is_nought(text: str) -> bool:
    return not text.strip("0.")


def _metres(text: str, sentence: str) -> str:
    try:
        return repr(float(text.replace(",", ".")))
    except ValueError as error:
        raise KipuError(sentence) from error


class PointsAnswer(Answer):
    """The points of a line or a shape, one a line; a shape closes by itself."""

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = question.kind
        self._text = QPlainTextEdit(_as_lines(str(question.value or ""), question.kind), self)
        self._text.setTabChangesFocus(True)
        self._text.setReadOnly(question.readonly)
        self._text.setFont(theme().font("question"))
        self._text.setMinimumHeight(theme().row() * 5)
        self._text.setAccessibleName(plain(question.label))
        self._text.setAccessibleDescription(_("One point a line: latitude and longitude."))
        self._text.setPlaceholderText("-1.4924 -78.0024\n-1.4931 -78.0019")
        self._count = label("caption", self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self._text)
        column.addWidget(self._count)
        if not question.readonly:
            column.addLayout(self._make_buttons())
        self._text.textChanged.connect(self._changed)
        self._tell()

    def value(self) -> Any:
        points = []
        for at, line in enumerate(self._filled(), 1):
            try:
                points.append(read_point(line))
            except KipuError as error:
                said = _("Point {number}: {reason}").format(number=at, reason=error.message)
                raise KipuError(said) from error
        if not points:
            return None
        if self._kind == "geoshape" and points[0] != points[-1]:
            points.append(points[0])
        self._check_count(len(points))
        return ";".join(points)

    def typed(self) -> str:
        return "; ".join(self._filled())

    def take_focus(self) -> None:
        self._text.setFocus()

    def tell_refused(self, refused: bool) -> None:
        mark(self._text, state="refused" if refused else "")

    def as_text(self) -> str:
        """Return the points and what is said of them."""
        return f"{self._text.toPlainText()}\n{self._count.text()}"

    def _make_buttons(self) -> Flow:
        flow = Flow()
        last = button(self, "plain", "undo", self._drop_last)
        last.setText(_("Take out the last point"))
        flow.addWidget(last)
        return flow

    def _check_count(self, count: int) -> None:
        fewest = _FEWEST[self._kind]
        if count < fewest:
            # The point that closes a shape is no point of the person's.
            needed = fewest - (self._kind == "geoshape")
            raise KipuError(
                ngettext("At least {count} point is needed.", "At least {count} points are needed.",
                         needed).format(count=needed)
            )  # fmt: skip

    def _filled(self) -> list[str]:
        lines = self._text.toPlainText().replace(";", "\n").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def _drop_last(self) -> None:
        self._text.setPlainText("\n".join(self._filled()[:-1]))
        self._text.setFocus()
        cursor = self._text.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self._text.setTextCursor(cursor)

    def _changed(self) -> None:
        self._tell()
        self.changed.emit()

    def _tell(self) -> None:
        count = len(self._filled())
        said = ngettext("{count} point", "{count} points", count).format(count=count)
        if self._kind == "geoshape" and count:
            said = f"{said} · {_('the last is joined to the first')}"
        self._count.setText(f"{said} · {_('one point a line: latitude and longitude')}")


def _as_lines(kept: str, kind: str) -> str:
    points = [one.split() for one in kept.split(";") if one.strip()]
    if kind == "geoshape" and len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return "\n".join(" ".join(_line(parts)) for parts in points)


def _line(parts: list[str]) -> list[str]:
    """A point without the altitude and accuracy nobody knows."""
    if len(parts) == 4 and _is_nought(parts[2]) and _is_nought(parts[3]):
        return parts[:2]
    return parts
