"""The log helps to find a fault and betrays nobody."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from app import log

pytestmark = pytest.mark.logs_warnings
SECRET = "Rosa Grefa, calle 12"


@pytest.fixture
def trail() -> Iterator[log.Trail]:
    """The trail, installed for one test and taken away again with its hooks."""
    root = logging.getLogger()
    handlers, level = [*root.handlers], root.level
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    yield log.install()
    logging.captureWarnings(False)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    root.handlers[:], root.level = handlers, level


def failing() -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(SECRET) from error


def test_a_trace_tells_types_and_places_but_no_value(trail: log.Trail) -> None:
    try:
        failing()
    except ValueError:
        logging.getLogger("app.models").exception("saving %s failed", SECRET)
    text = trail.text()
    assert "saving %s failed" in text
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text
    assert "tests/test_log.py" in text
    assert "failing" in text
    assert SECRET not in text


@pytest.mark.filterwarnings("default")
def test_words_of_other_libraries_are_left_out(trail: log.Trail) -> None:
    logging.getLogger("fontTools.subset").warning(f"lost {SECRET}")  # noqa: G004
    warnings.warn(SECRET, UserWarning, stacklevel=1)
    assert "fontTools.subset" in trail.text()
    assert "py.warnings" in trail.text()
    assert SECRET not in trail.text()


def test_an_uncaught_error_is_told_in_one_sentence(
    trail: log.Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        failing()
    except ValueError:
        kind, error, trace = sys.exc_info()
        assert kind
        assert error
        sys.excepthook(kind, error, trace)
    said = capsys.readouterr().err
    assert said.startswith("Kipu stopped because of a fault of its own: ValueError at tests/test_")
    assert said.count("\n") == 1
    assert SECRET not in said + trail.text()
    assert "CRITICAL" in trail.text()


def test_a_fault_is_told_by_its_type_and_our_own_deepest_place(trail: log.Trail) -> None:
    try:
        int(SECRET)
    except ValueError as error:
        said = log.report_fault(error)
    assert said.startswith("Kipu stopped because of a fault of its own: ValueError at tests/test_")
    assert "CRITICAL app" in trail.text()
    assert SECRET not in said + trail.text()
    assert log.report_fault(OSError(SECRET)).endswith("OSError at ?.")


def test_a_fault_before_the_trail_is_installed_prints_no_trace() -> None:
    code = f"from app.log import report_fault; print(report_fault(OSError({SECRET!r})))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=log.ROOT
    )
    assert run.stdout.endswith("OSError at ?.\n")
    assert run.stderr == ""


def test_an_error_in_a_thread_is_kept_too(
    trail: log.Trail, capsys: pytest.CaptureFixture[str]
) -> None:
    thread = threading.Thread(target=failing)
    thread.start()
    thread.join()
    assert "builtins.ValueError" in trail.text()
    assert SECRET not in capsys.readouterr().err + trail.text()


def test_only_the_last_entries_are_kept(trail: log.Trail) -> None:
    for _ in range(log.KEPT + 10):
        logging.getLogger("sync").info("round")
    assert trail.text().count("round") == log.KEPT


def test_errors_that_cause_each_other_for_ever_end(trail: log.Trail) -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert 0 < len(log.describe(one)) <= log.LONGEST_CHAIN * (log.DEEPEST + 1)
