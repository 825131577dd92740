"""Walks every window there is: names, keys, keyboard, focus one can see, and room for the words.

The default run takes each window in two appearances, so that all of them, both languages and both
sizes of text come up; the long run takes every window in all twelve.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from app import i18n
from app.jobs import Jobs
from app.views.gallery import PAGES
from app.views.language import speak
from app.views.screenshots import SIZE, settle
from app.views.theme import theme
from tests.views import shortcuts, walking

Make = Callable[[Jobs], QWidget]
Look = tuple[str, str, float]
LOOKS: tuple[Look, ...] = tuple(product(i18n.LANGUAGES, ("light", "dark", "contrast"), (1.0, 2.0)))
DEFAULT: tuple[tuple[Look, Look], ...] = (
    (("es", "light", 2.0), ("en", "dark", 1.0)),
    (("es", "contrast", 2.0), ("en", "light", 1.0)),
    (("en", "dark", 2.0), ("es", "contrast", 1.0)),
)
CHECKS = (
    walking.nameless, walking.wordless, walking.disordered, walking.cut, walking.too_wide,
    walking.overlapping, shortcuts.doubled,
)  # fmt: skip


def _usual() -> list[Any]:
    cases = []
    for at, name in enumerate(PAGES):
        for look in DEFAULT[at % len(DEFAULT)]:
            cases.append(pytest.param(name, look, id=_id(name, look)))
    return cases


def _all() -> list[Any]:
    usual = {case.id for case in _usual()}
    pairs = ((name, look) for name in PAGES for look in LOOKS)
    return [
        pytest.param(name, look, id=_id(name, look))
        for name, look in pairs
        if _id(name, look) not in usual
    ]


def _id(name: str, look: Look) -> str:
    language, mode, scale = look
    return f"{name}-{language}-{mode}-{scale:.0%}"


def _page(qtbot: Any, jobs: Jobs, name: str, look: Look) -> QWidget:
    language, mode, scale = look
    speak(language)  # type: ignore[arg-type]
    theme().apply(mode, scale)  # type: ignore[arg-type]
    page = PAGES[name](jobs)
    qtbot.addWidget(page)
    page.resize(SIZE)
    page.show()
    page.activateWindow()
    settle(jobs)
    return page


def _walk(qtbot: Any, jobs: Jobs, name: str, look: Look) -> list[str]:
    page = _page(qtbot, jobs, name, look)
    wrong = [] if page.size() == SIZE else [f"the window grows to {page.size().toTuple()}"]
    # Those that move the focus about come last.
    checks = [*CHECKS, walking.unreached, walking.focus_unseen] if look[-1] == 1.0 else CHECKS
    for check in checks:
        wrong += check(page)
    return wrong


@pytest.mark.parametrize(("name", "look"), _usual())
def test_a_window_can_be_read_and_worked(qtbot: Any, jobs: Jobs, name: str, look: Look) -> None:
    """Read, and worked by the keyboard alone: Tab reaches every control, and focus is seen."""
    assert _walk(qtbot, jobs, name, look) == []


def test_a_key_that_means_two_things_is_found(qtbot: Any) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    for keys in ("Ctrl+F", "Ctrl+G", "Ctrl+F"):
        QShortcut(QKeySequence(keys), page)
    page.show()
    assert shortcuts.doubled(page) == ["Ctrl+F: QShortcut of QWidget and QShortcut of QWidget"]


@pytest.mark.long
@pytest.mark.parametrize(("name", "look"), _all())
def test_a_window_in_every_appearance(qtbot: Any, jobs: Jobs, name: str, look: Look) -> None:
    assert _walk(qtbot, jobs, name, look) == []
