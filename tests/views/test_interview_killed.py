"""What the window said was kept is there after the process was killed in mid-typing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.models import drafts
from tests.views.offices import COORDINATOR, elsewhere

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("said", [1, 4])
def test_kept_survives_a_kill(offices: Path, said: int) -> None:
    command = [sys.executable, "-m", "tests.views.typing_child", str(offices / COORDINATOR)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline().rstrip("\n") for _number in range(said)]
        child.kill()
    laptop = elsewhere(offices, COORDINATOR)
    (draft,) = drafts.all_drafts(laptop.project)
    laptop.verify()
    laptop.close()
    answers = draft.body["answers"]
    assert isinstance(answers, dict)
    assert lines[-1]
    assert str(answers["/persona/barrio"]).startswith(lines[-1].rstrip())
