"""The window while work is done behind it: its loop, its keys, its rest, its memory, its papers.

Each measure runs in a process of its own, on the offscreen platform.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from app.models import papers
from app.models.commands import membership, syncing
from app.models.project import folders, open_project
from app.models.vault import Unlocked, Vault
from benchmarks.laptops import PASSPHRASE, SPACE
from benchmarks.measure import Report, median

_KEYS: Final = 120
_IDLE_S: Final = 10


def run(folder: Path, report: Report) -> None:
    """Measure on the laptops and the share that `storage.run` has left in a folder."""
    _newcomer(folder)
    demo = [sys.executable, "-m", "app", "demo", str(folder / "demo")]
    subprocess.run(demo, check=True, env=_environment(), capture_output=True)
    for what, function in _MEASURES.items():
        if function is _form and not _large_form().is_file():
            report.add("a key on the largest form", "not measured: KIPU_SHARED is not set")
            continue
        for line in _child(what, folder):
            report.add(*line)


def _newcomer(folder: Path) -> None:
    """A laptop that has joined and to which everything is still to come."""

    def unlock(vault: Vault) -> Unlocked:
        return vault.unlock(PASSPHRASE)

    home = folder / "a"
    writer = open_project(folders(home)[0], home, unlock)
    asked = membership.make_request(folder / "c", "Luz", PASSPHRASE)
    request, _phrase = membership.read_request(asked.raw)
    membership.join(asked.project, membership.admit(writer, request, "secretary", [SPACE]))
    papers.shown(asked.project)
    syncing.sync(writer, str(folder / "share"))
    writer.close()
    asked.project.close()


def _child(what: str, folder: Path) -> list[list[str]]:
    """What a measure of its own process prints: lines for the table."""
    command = [sys.executable, "-m", "benchmarks.desk", what, str(folder)]
    done = subprocess.run(command, check=True, env=_environment(), capture_output=True, text=True)
    found: list[list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _environment() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "KIPU_KDF": "floor"}


def _times(what: str, times: list[float], goal: str) -> list[str]:
    """A line of the table about sorted times in milliseconds."""
    from benchmarks.window import share_of

    said = f"{share_of(times, 0.99):.0f} ms, at worst {times[-1]:.0f} ms"
    return [f"{what}, p99", said, "", "", goal]


# -- the loop --------------------------------------------------------------------------------------


def _arriving(folder: Path) -> list[list[str]]:
    """How late the loop is while everything arrives by the sync page."""
    from benchmarks.window import Pulse, Window

    window = Window(folder / "c")
    page = window.go("sync")
    page.place.setText(str(folder / "share"))

    def arrive() -> None:
        page.sync()
        window.wait(page.action.isEnabled)
        window.rest()

    late = Pulse().during(arrive)
    window.close()
    return [_times("the loop while all responses arrive", late, "≤ 100 ms")]


def _making(folder: Path) -> list[list[str]]:
    """How late the loop is while an act and an export are made, and how long an act takes."""
    from app.models import spaces
    from app.models.queries import surveys
    from app.models.tables import Style
    from app.views.pages import interviews_reads, meeting_papers
    from benchmarks.meeting import full_meeting
    from benchmarks.window import Pulse, Window

    window = Window(folder / "c")
    space = window.run(spaces.find, SPACE).id
    key = window.run(full_meeting, space)
    lines = []
    for suffix in ("pdf", "docx"):
        make = partial(window.run, meeting_papers.make, key, "acta", suffix)
        seconds = median(make, 3)
        lines.append([f"act as {suffix.upper()}", f"{seconds:.2f} s", "", "", "≤ 2 s"])
        what = f"the loop while the {suffix.upper()} is made"
        lines.append(_times(what, Pulse().during(make), "≤ 100 ms"))
    form = window.run(surveys.find_form, "bench")
    for suffix in ("csv", "xlsx"):
        file, style = str(folder / f"all.{suffix}"), Style(labels=True)
        export = partial(window.run, interviews_reads.export, form, file, "", (), style)
        what = f"the loop while all responses go out as {suffix.upper()}"
        lines.append(_times(what, Pulse().during(export), "≤ 100 ms"))
    window.close()
    return lines


# -- keys ------------------------------------------------------------------------------------------


def _press(widget: Any, keys: list[Any]) -> list[float]:
    """Milliseconds from each key to the window's having answered it."""
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    took = []
    for key in keys:
        start = time.perf_counter()
        QTest.keyClick(QApplication.focusWidget() or widget, key)
        QApplication.processEvents()
        took.append((time.perf_counter() - start) * 1000)
        QTest.qWait(10)
    return sorted(took)


def _meeting(folder: Path) -> list[list[str]]:
    """A key in the text of a large meeting, and the processor's time while nobody does anything."""
    from app.models import spaces
    from benchmarks.meeting import LINES, SEATS, full_meeting
    from benchmarks.window import Window

    window = Window(folder / "c")
    key = window.run(full_meeting, window.run(spaces.find, SPACE).id)
    page = window.go("meetings")
    page.open(key)
    window.rest()
    page.desk().text.setFocus()
    typed = "en la cancha no hay luz " * (_KEYS // 24)
    took = _press(page, list(typed))
    assert typed in page.desk().text.toPlainText()
    what = f"a key among {SEATS} people and {LINES} lines"
    lines = [_times(what, took, "≤ 50 ms"), _idle(window, "in a meeting under way")]
    window.go("home")
    lines.append(_idle(window, "at home"))
    window.close()
    return lines


def _idle(window: Any, where: str) -> list[str]:
    """The share of one processor that Kipu takes at rest."""
    from PySide6.QtCore import QEventLoop, QTimer

    window.rest()
    loop, end = QEventLoop(), QTimer()
    end.setSingleShot(True)
    end.timeout.connect(loop.quit)
    # What a change or an area just opened sets off has come to its end by then.
    end.start(2000)
    loop.exec()
    before = time.process_time()
    end.start(_IDLE_S * 1000)
    loop.exec()
    used = (time.process_time() - before) / _IDLE_S
    return [f"processor at rest, {where}", f"{used:.2%}", "", "", "nil"]


def _large_form() -> Path:
    return Path(os.environ.get("KIPU_SHARED", "")) / "forms" / "who-verbal-autopsy.xlsx"


def _form(folder: Path) -> list[list[str]]:
    """A key on the largest form, a question or a section at a time."""
    from PySide6.QtCore import Qt

    from app.forms import Session, from_file
    from app.views.interview_session import SessionInterview
    from app.views.pages.form import FormPage
    from benchmarks.window import Window

    source = _large_form()
    window = Window(folder / "c")
    lines = []
    for whole, how in ((False, "a question"), (True, "a section")):
        session = Session(from_file(source.read_bytes(), source.name))
        session.set(session.resolve("Id10013"), "yes")
        page = FormPage(SessionInterview(session), whole=whole)
        window.frame.show_page(page)
        window.rest()
        took = []
        for _step in range(_KEYS // 2):
            took += _press(page, [*_answer(page), Qt.Key.Key_Return])
        took.sort()
        assert page.path() != ""
        lines.append(_times(f"a key on the largest form, {how} at a time", took, "≤ 50 ms"))
    window.close()
    return lines


def _answer(page: Any) -> list[str]:
    """The keys of an answer to the question the cursor is in."""
    from app.views.widgets.answers import keys_for

    question = page._interview.question(page.path())
    if question.kind in ("select_one", "select_multiple"):
        return keys_for([code for code, _label in question.choices])[:1]
    return list("20/11/2020" if question.kind == "date" else "12")


# -- memory ----------------------------------------------------------------------------------------


def _memory(folder: Path) -> list[list[str]]:
    """The most memory Kipu took with the demo's project open, every area having been visited."""
    from app import demo
    from benchmarks.window import Window

    home = folder / "demo" / "coordinator"
    window = Window(home, demo.PASSPHRASE)
    for area in window.frame.navigation.ids():
        window.go(area)
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    window.close()
    return [["memory with the demo open, all areas seen", f"{peak:,.0f} MB", "", "", "≤ 250 MB"]]


_MEASURES: Final[dict[str, Callable[[Path], list[list[str]]]]] = {
    "arriving": _arriving, "making": _making, "meeting": _meeting, "form": _form,
    "memory": _memory,
}  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(_MEASURES[sys.argv[1]](Path(sys.argv[2]))))
