"""A Surveys page at work for the tests of questionnaires, and the questionnaires themselves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QPushButton

from app.models.commands import surveys
from app.models.ledger import RecordKey
from app.models.queries import surveys as reading
from app.views import files
from app.views.pages.forms_import import ImportPanel
from app.views.pages.interviews import InterviewsPage
from app.views.pages.interviews_response import ResponseView
from tests.views.offices import Office

ENTER, SPACE, ESC = Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Escape
HOMES = """
| survey   |              |        |        |          |
|          | type         | name   | label  | relevant |
|          | text         | house  | House  |          |
|          | image        | front  | Front  |          |
|          | begin repeat | member | Member |          |
|          | text         | name   | Name   |          |
|          | integer      | age    | Age    |          |
|          | image        | face   | Face   |          |
|          | end repeat   |        |        |          |
| settings |              |        |        |          |
|          | form_title   | form_id | version |        |
|          | Homes        | homes  | 1      |          |
"""
NEWER = HOMES.replace("| House  |", "| Dwelling |").replace("| homes  | 1 ", "| homes  | 2 ").replace(
    "|          | integer      | age    | Age    |          |\n",
    "|          | text         | trade  | Trade  |          |\n",
)  # fmt: skip
LISTING = """
| survey   |           |        |         |         |
|          | type      | name   | label   | save_to |
|          | text      | street | Street  | street  |
| settings |           |        |         |         |
|          | form_title | form_id | version |       |
|          | Listing   | listing | 1      |         |
| entities |           |        |         |         |
|          | list_name | label  |         |         |
|          | houses    | ${street} |      |         |
"""
VISIT = """
| survey   |           |        |         |
|          | type      | name   | label   |
|          | select_one_from_file houses.csv | house | House |
|          | text      | never  | Never   |
| settings |           |        |         |
|          | form_title | form_id | version |
|          | Visit     | visit  | 1       |
"""
ODD = """
| survey |      |      |       |          |
|        | type | name | label | relevant |
|        | text | a    | A     |          |
|        | text | dead | Dead  | 1 = 2    |
"""
BROKEN = """
| survey |      |      |       |          |
|        | type | name | label | relevant |
|        | text | a    | A     | 3 + (    |
"""


def _png(size: int = 900) -> bytes:
    image = QImage(size, size // 2, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(held.data())


@dataclass
class Desk:
    """The page on a real project, worked as a person would."""

    qtbot: Any
    office: Office
    page: InterviewsPage
    folder: Path
    monkeypatch: pytest.MonkeyPatch

    def press(self, *keys: Any, hold: Any = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            self.qtbot.keyClick(self.page.window().focusWidget(), key, hold)
            self.office.settle()

    def push(self, button: QPushButton) -> None:
        """Press a button that is on show by keyboard."""
        assert button.isVisible()
        button.setFocus()
        assert button.hasFocus()
        self.press(SPACE)

    def file(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def choosing(self, path: Path | None) -> None:
        """The next dialogs answer with a file."""
        self.monkeypatch.setattr(files, "to_open", lambda *_words: path)
        self.monkeypatch.setattr(files, "to_save", lambda *_words: path)

    def bring(self, path: Path) -> ImportPanel:
        self.choosing(path)
        self.push(self.page.forms.importing)
        panel = self.page.panel()
        assert isinstance(panel, ImportPanel)
        return panel

    def forms(self) -> list[str]:
        return [f"{one.form_id}@{one.version}" for one in self.office.run(reading.forms)]

    def import_(self, *sources: str) -> None:
        for source in sources:
            self.office.run(surveys.import_form, source.encode(), "form.md")
        self.page.refresh()
        self.office.settle()

    def opened(self, key: RecordKey) -> ResponseView:
        self.page.responses.open(key)
        self.office.settle()
        view = self.page.responses.sheet.content()
        assert isinstance(view, ResponseView)
        return view
