"""What the meeting desk said was kept is there after the process was killed in mid-typing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.models.project import Project
from app.models.queries.meetings import desk, meetings_of
from app.views.pages import meeting_reads
from tests.views.councils import make_meeting
from tests.views.offices import COORDINATOR, elsewhere

ROOT = Path(__file__).resolve().parent.parent.parent
_TIMES = 5
"""As often as the power fails in one bad meeting."""


def _type_until_killed(home: Path, said: int, *more: str) -> str:
    command = [sys.executable, "-m", "tests.views.meeting_child", str(home), *more]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT,
        env=environment,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        lines = [child.stdout.readline().rstrip("\n") for _number in range(said)]
        child.kill()
    return lines[-1].rstrip()


def _text(project: Project) -> str:
    """The text of the first point, as a desk that opens now would show it."""
    (row,) = meetings_of(project)
    reading = meeting_reads.read(project, row.key)
    item = desk(project, row.key).agenda[0]
    typed = reading.journal.get(item.key.id)
    return typed.text if typed is not None else item.text


@pytest.mark.parametrize(
    ("times", "more"),
    [
        pytest.param(1, ("changes",), id="once"),
        pytest.param(_TIMES, (), id="journal", marks=pytest.mark.long),
        pytest.param(_TIMES, ("changes",), id="and-changes", marks=pytest.mark.long),
    ],
)
def test_killed_again_and_again_a_meeting_loses_nothing_it_said_was_kept(
    offices: Path, times: int, more: tuple[str, ...]
) -> None:
    home = offices / COORDINATOR
    laptop = elsewhere(offices, COORDINATOR)
    make_meeting(laptop.project)
    laptop.close()
    for turn in range(times):
        kept = _type_until_killed(home, 1 + turn % 3, *more)
        laptop = elsewhere(offices, COORDINATOR)
        found = _text(laptop.project)
        laptop.verify()
        laptop.close()
        assert kept
        assert found.startswith(kept), f"killed the {turn + 1}. time"
