"""What every test of a view needs: a worker that is stopped, the language and the look put back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QLocale
from PySide6.QtWidgets import QApplication, QWidget

from app import i18n
from app.jobs import Jobs
from app.models.commands.membership import add_space
from app.views.language import locale_of, speak
from app.views.shared import Shared
from app.views.theme import theme
from tests.views.councils import Player, make_meeting, meetings_page, shared_of
from tests.views.offices import COORDINATOR, Office, copy_offices, make_offices, open_office
from tests.views.windows import Window, ask

Opening = Callable[[Path], Window]


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs(qapp)
    yield made
    assert made.stop()
    made.deleteLater()


_KEPT: list[QWidget] = []


@pytest.fixture
def qtbot(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """pytest-qt's, but what it was given lives until it is deleted as Qt deletes.

    pytest-qt holds widgets weakly: a page nobody names any more would go with Python's next
    collection, which may come in the middle of what its worker brings it.
    """
    add = qtbot.addWidget

    def keep(widget: QWidget, **how: Any) -> None:
        _KEPT.append(widget)
        add(widget, **how)

    monkeypatch.setattr(qtbot, "addWidget", keep)
    return qtbot


def _speak_english() -> None:
    if i18n.current() != "en" or QLocale() != locale_of("en"):
        speak("en")


@pytest.fixture(autouse=True)
def _plain_english(qapp: QApplication) -> Iterator[None]:
    # Deferred deletions wait for an event loop of their own, which a test never enters.
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    _KEPT.clear()
    _speak_english()
    if (theme().mode, theme().scale) != ("light", 1.0):
        theme().apply("light", 1.0)
    yield
    _speak_english()


@pytest.fixture(scope="session")
def office_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three laptops and a share, closed; nobody changes them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIPU_KDF", "floor")
        return make_offices(tmp_path_factory.mktemp("offices") / "o")


@pytest.fixture
def offices(office_template: Path, tmp_path: Path) -> Path:
    """The folder of three laptops and their share, for one test."""
    return copy_offices(office_template, tmp_path / "offices")


@pytest.fixture
def office(jobs: Jobs, offices: Path) -> Iterator[Office]:
    """The coordinator's laptop, open at the desk."""
    opened = open_office(jobs, offices / COORDINATOR)
    yield opened
    opened.close()


@pytest.fixture
def shared(office: Office) -> Iterator[Shared]:
    """What the pages of the coordinator's laptop share."""
    made = shared_of(office)
    yield made
    office.settle()


@pytest.fixture
def player(qtbot: Any, office: Office, shared: Shared) -> Player:
    """Somebody at the desk of a meeting that is planned."""
    key = office.run(make_meeting)
    made = meetings_page(qtbot, office, shared)
    made.page.open(key)  # type: ignore[attr-defined]
    office.settle()
    return made


@pytest.fixture
def open_window(qtbot: Any) -> Iterator[Opening]:
    """Opens windows on homes; they are closed in the end."""
    made: list[Window] = []

    def opening(home: Path) -> Window:
        made.append(Window(qtbot, home))
        return made[-1]

    yield opening
    for window in made:
        window.close()


@pytest.fixture
def new_window(qtbot: Any, tmp_path: Path) -> Iterator[Window]:
    """The window of a project that was just founded in it."""
    made = Window(qtbot, tmp_path)
    made.found()
    yield made
    made.close()


@pytest.fixture
def window(new_window: Window) -> Window:
    """A project with a second space beside its first, come back to from the first page."""
    made = new_window
    ask(made, add_space, "Consejo Cantonal")
    made.frame.go("home")
    made.settle()
    made.come()
    return made
