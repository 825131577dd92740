"""Work goes to one other thread and its news come back to the window's."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from app.jobs import Jobs
from app.models.store import Store


class Listener(QObject):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.heard: list[object] = []

    @Slot(object)
    def hear(self, news: object) -> None:
        self.heard.append((threading.current_thread(), news))


def _boom() -> None:
    raise OSError("the disk is on fire")


def _where() -> str:
    return threading.current_thread().name


def test_results_arrive_on_the_window_s_thread_in_the_order_asked(qtbot, jobs: Jobs) -> None:
    listener = Listener(jobs)
    for number in range(50):
        jobs.run(partial(int, number), on_done=listener.hear)
    qtbot.waitUntil(lambda: len(listener.heard) == 50)
    assert listener.heard == [(threading.main_thread(), number) for number in range(50)]


def test_all_work_is_done_by_the_same_other_thread(qtbot, jobs: Jobs) -> None:
    names: list[str] = []
    for _turn in range(5):
        jobs.run(_where, on_done=names.append)
    qtbot.waitUntil(lambda: len(names) == 5)
    assert set(names) == {"kipu-store"}


def test_an_error_goes_to_its_handler(qtbot, jobs: Jobs) -> None:
    errors: list[BaseException] = []
    jobs.run(_boom, on_error=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert str(errors[0]) == "the disk is on fire"


def test_an_error_without_a_handler_is_said_by_the_signal(qtbot, jobs: Jobs) -> None:
    with qtbot.waitSignal(jobs.failed) as blocker:
        jobs.run(_boom)
    assert isinstance(blocker.args[0], OSError)


def test_the_worker_survives_an_error(qtbot, jobs: Jobs) -> None:
    done: list[object] = []
    jobs.run(_boom, on_error=done.append)
    jobs.run(partial(int, 3), on_done=done.append)
    qtbot.waitUntil(lambda: len(done) == 2)
    assert done[1] == 3


def test_a_cancelled_job_says_nothing(qtbot, jobs: Jobs) -> None:
    done: list[object] = []
    jobs.run(partial(int, 1), on_done=done.append).cancel()
    jobs.run(partial(int, 2), on_done=done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert done == [2]


def test_what_is_still_asked_of_a_project_that_was_put_away_goes_unheard(
    qtbot, jobs: Jobs, tmp_path: Path
) -> None:
    heard: list[object] = []
    jobs.failed.connect(heard.append)
    opened: list[Store] = []
    jobs.run(Store.create, tmp_path / "store.db", bytes(32), on_done=opened.append)
    qtbot.waitUntil(lambda: bool(opened))
    jobs.run(opened[0].close)
    jobs.run(opened[0].rows, "SELECT 1", on_done=heard.append)
    jobs.run(_write, opened[0], on_error=heard.append)
    jobs.run(int, 3, on_done=heard.append)
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == [3]


def _write(store: Store) -> None:
    with store.transaction():
        raise AssertionError("a store that is closed was written to")


def test_nothing_is_told_to_a_widget_that_is_gone(qtbot, qapp: QApplication, jobs: Jobs) -> None:
    gone = Listener(jobs)
    handler = partial(gone.hear)
    done: list[object] = []
    jobs.run(partial(int, 1), on_done=handler)
    import shiboken6

    shiboken6.delete(gone)
    jobs.run(partial(int, 2), on_done=done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert gone.heard == []


def test_news_on_the_way_arrive_on_the_window_s_thread(qtbot, jobs: Jobs) -> None:
    listener = Listener(jobs)
    report = jobs.reporter(listener.hear)
    jobs.run(report, "half way")
    qtbot.waitUntil(lambda: bool(listener.heard))
    assert listener.heard == [(threading.main_thread(), "half way")]


def test_busy_is_said_once_for_many_jobs(qtbot, jobs: Jobs) -> None:
    said: list[bool] = []
    jobs.busy.connect(said.append)
    for number in range(3):
        jobs.run(partial(int, number))
    qtbot.waitUntil(lambda: False in said)
    assert said == [True, False]


def test_stopping_joins_the_thread_and_drops_what_waits(qapp: QApplication) -> None:
    jobs = Jobs(qapp)
    gate = threading.Event()
    done: list[object] = []
    jobs.run(gate.wait, on_done=done.append)
    jobs.run(partial(int, 1), on_done=done.append)
    assert not jobs.stop(timeout=0)
    gate.set()
    assert jobs.stop()
    qapp.processEvents()
    assert done == []
    assert "kipu-store" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(RuntimeError):
        jobs.run(int)
    jobs.deleteLater()
