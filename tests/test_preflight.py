"""A machine that lacks something is told what to install, by its Debian name."""

from __future__ import annotations

from pathlib import Path

import preflight
import pytest

ROOT = Path(__file__).resolve().parent.parent


def test_a_missing_library_is_named_with_its_package() -> None:
    wanted = {"libc.so.6": "libc6", "libnowhere.so.9": "libnowhere9"}
    missing = preflight.missing_libraries(wanted)
    assert "libnowhere.so.9" in missing
    said = preflight.library_complaints(wanted, ["libnowhere.so.9"])
    assert said == [
        "Qt needs libnowhere.so.9, which Debian's libnowhere9 has.",
        "To install what is missing: sudo apt-get install libnowhere9",
    ]


def test_a_whole_machine_is_told_nothing() -> None:
    assert preflight.library_complaints(preflight.QT_LIBRARIES, []) == []
    assert preflight.python_complaints((3, 13), has_venv=True) == []


def test_an_old_python_and_missing_environments_are_named() -> None:
    assert preflight.python_complaints((3, 9), has_venv=False) == [
        "Kipu needs Python 3.11 or later; this is Python 3.9.",
        "Python cannot make environments here: install Debian's python3-venv.",
    ]


def test_the_exit_code_tells_whether_something_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["preflight.py", "--display"])
    monkeypatch.setattr(preflight, "complaints", lambda display: [])
    assert preflight.main() == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(preflight, "complaints", lambda display: [f"display: {display}"])
    assert preflight.main() == 1
    assert capsys.readouterr().err == "display: True\n"


def test_the_build_machine_installs_every_library_preflight_looks_for() -> None:
    script = (ROOT / ".ci/run").read_text("utf-8")
    wanted = {*preflight.QT_LIBRARIES.values(), *preflight.DISPLAY_LIBRARIES.values()}
    assert [package for package in sorted(wanted) if package not in script.split()] == []
