"""Starting: Kipu's unlock page against a bare PySide6 window, and from unlocking to the first list."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from app.models.project import folders, open_project
from app.models.queries import lists
from app.models.queries.lists import Listing
from app.models.vault import Unlocked, Vault
from benchmarks.laptops import PASSPHRASE
from benchmarks.measure import Report, timed

_BARE = """
import os
from functools import partial
from PySide6.QtWidgets import QApplication, QWidget
from PySide6.QtCore import QTimer
app = QApplication([])
window = QWidget()
window.show()
QTimer.singleShot(0, partial(os._exit, 0))
app.exec()
"""
_OURS = """
import os
from functools import partial
from PySide6.QtCore import QTimer
from app.views import start
present = start._present
def shown(frame, hidden):
    present(frame, hidden)
    QTimer.singleShot(0, partial(os._exit, 0))
start._present = shown
start.run_window()
"""


def run(report: Report, runs: int = 7) -> None:
    """Alternating whole processes that end once their window stands; the moods of the machine hit
    both."""
    bare, ours = [], []
    for _run in range(runs):
        bare.append(_process(_BARE))
        ours.append(_process(_OURS))
    report.compare(
        "start to unlock page", statistics.median(ours), statistics.median(bare), "s", "≤ 3 ×"
    )


def _process(code: str) -> float:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - start


def unlock_to_list(home: Path, report: Report) -> None:
    """From the right passphrase to the first page of responses, the KDF aside."""
    folder = folders(home)[0]
    asked: list[float] = []

    def unlock(vault: Vault) -> Unlocked:
        seconds, unlocked = timed(lambda: vault.unlock(PASSPHRASE))
        asked.append(seconds)
        return unlocked

    def first_list() -> None:
        project = open_project(folder, home, unlock)
        lists.count(project, Listing("response"))
        lists.page(project, Listing("response"), 0, 50)
        project.close()

    seconds, _none = timed(first_list)
    report.add(
        "unlock to first list, beyond the KDF", f"{seconds - asked[0]:.2f} s", goal="≤ 0.6 s"
    )
