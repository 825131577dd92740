"""Syncing by itself: when a stick comes back, never in the person's way, never loudly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation

from app.jobs import Jobs
from app.models.commands import remotes, syncing
from app.models.commands.remotes import Given
from app.models.project import Project
from app.models.remotes import by_itself, known, reach
from app.models.remotes.schedule import EVERY_S
from app.views.auto_sync import AutoSync
from app.views.facts import facts
from tests.models.laptops import found
from tests.views.offices import Office, open_office


@dataclass
class Clock:
    """Goes on when it is told to."""

    at: float = 0.0

    def now(self) -> float:
        return self.at


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def alone(jobs: Jobs, tmp_path: Path, stick: Path) -> Iterator[Office]:
    """A laptop that synced once with its stick."""
    laptop = found(tmp_path / "alone")
    syncing.found_share(laptop.project, str(stick))
    syncing.sync(laptop.project, str(stick))
    laptop.close()
    opened = open_office(jobs, tmp_path / "alone")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def auto(qapp: QObject, alone: Office, clock: Clock) -> Iterator[AutoSync]:
    made = AutoSync(alone.desk, qapp, clock.now, lambda: 0.5)
    made.read()
    alone.settle()
    yield made
    made.quiet()
    alone.settle()


def write(project: Project) -> None:
    from app.models import spaces
    from app.models.commands import records

    records.new(project, "person", {"name": "Eva"}, spaces.all_named(project)[0].id)


def unsent(office: Office) -> int:
    return int(office.run(syncing.unsent))


def tick(qtbot: Any, auto: AutoSync, done: Callable[[], bool]) -> None:
    auto.tick()
    qtbot.waitUntil(done, timeout=5000)


def idle(auto: AutoSync) -> Callable[[], bool]:
    return lambda: not auto.is_running()


def test_a_place_that_was_synced_once_is_synced_by_itself(
    qtbot: Any, alone: Office, auto: AutoSync, clock: Clock
) -> None:
    alone.run(write)
    assert unsent(alone) == 1
    auto.tick()
    assert not auto.is_running()
    clock.at += 60
    tick(qtbot, auto, idle(auto))
    assert unsent(alone) == 0
    auto.tick()
    assert not auto.is_running()
    clock.at += EVERY_S * 1.3
    auto.tick()
    assert auto.is_running()
    qtbot.waitUntil(idle(auto), timeout=5000)


def test_a_stick_that_comes_back_is_noticed_and_nothing_was_said_meanwhile(
    qtbot: Any, alone: Office, auto: AutoSync, clock: Clock, stick: Path
) -> None:
    alone.run(write)
    stick.rename(stick.with_name("pocket"))
    for _attempt in range(5):
        clock.at += 3600
        tick(qtbot, auto, idle(auto))
    assert unsent(alone) == 1
    assert alone.run(facts).sync_trouble == ""
    stick.with_name("pocket").rename(stick)
    # Not due for long; but a look from time to time finds it.
    auto.tick()
    qtbot.waitUntil(lambda: not auto._schedule.away(), timeout=5000)
    clock.at += 5
    tick(qtbot, auto, idle(auto))
    assert unsent(alone) == 0


def test_it_makes_room_for_the_person(
    qtbot: Any, alone: Office, auto: AutoSync, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.run(write)
    monkeypatch.setattr(type(alone.desk.jobs), "is_wanted", lambda _jobs: True)
    clock.at += 60
    tick(qtbot, auto, idle(auto))
    assert unsent(alone) == 1
    assert alone.run(facts).sync_trouble == ""
    monkeypatch.undo()
    clock.at += 30
    tick(qtbot, auto, idle(auto))
    assert unsent(alone) == 0


def test_work_that_waits_is_wanted(jobs: Jobs, alone: Office) -> None:
    seen: list[bool] = []

    def ask() -> None:
        jobs.run(lambda: None)
        seen.append(jobs.is_wanted())

    jobs.run(ask)
    alone.settle()
    assert seen == [True]
    assert not jobs.is_wanted()


def test_a_failure_stands_in_the_line_below_and_is_no_dialog(
    qtbot: Any, alone: Office, auto: AutoSync, clock: Clock, stick: Path
) -> None:
    (stick / "KIPU").rename(stick / "else")
    clock.at += 60
    with qtbot.waitSignal(auto.ended, timeout=5000):
        auto.tick()
    assert alone.run(facts).sync_trouble == "stick"


def _pause(project: Project) -> None:
    remotes.change(project, known.all_known(project)[0], is_paused=True)


def _by_hand(project: Project) -> None:
    remotes.change(project, known.all_known(project)[0], is_automatic=False)


def _add_unsynced(project: Project) -> None:
    _pause(project)
    remotes.add(project, "new", remotes.place_from(Given("sftp://eva@127.0.0.1:1/x")))


@pytest.mark.parametrize("change", [_pause, _by_hand, _add_unsynced])
def test_what_is_paused_by_hand_or_new_is_left_alone(
    alone: Office, auto: AutoSync, clock: Clock, change: Callable[[Project], None]
) -> None:
    alone.run(change)
    auto.read()
    alone.settle()
    clock.at += 1e6
    auto.tick()
    assert not auto.is_running()
    assert alone.run(by_itself.candidates) == []


def test_a_sync_by_hand_ends_the_waiting(
    alone: Office, auto: AutoSync, clock: Clock, stick: Path
) -> None:
    alone.run(syncing.sync, str(stick))
    auto.read()
    alone.settle()
    clock.at += EVERY_S / 2
    auto.tick()
    assert not auto.is_running()


def test_the_network_coming_back_ends_the_waiting_for_servers(
    qtbot: Any, alone: Office, auto: AutoSync, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def is_there(address: Any) -> bool:
        asked.append(address.port)
        return False

    monkeypatch.setattr(reach, "is_there", is_there)
    alone.run(_pause)
    alone.run(_server)
    auto.read()
    alone.settle()
    for _attempt in range(6):
        clock.at += 3600
        tick(qtbot, auto, idle(auto))
    assert asked == [9] * 6
    auto.tick()
    assert asked == [9] * 6
    auto._network(QNetworkInformation.Reachability.Online)
    clock.at += 3
    tick(qtbot, auto, lambda: len(asked) == 7)


def _server(project: Project) -> None:
    place = remotes.place_from(Given("sftp://eva@127.0.0.1:9/x"))
    one = remotes.add(project, "server", place)
    project.store.run("UPDATE remotes SET last_sync=1 WHERE remote=?", (one.id,))


def test_nobody_answers_at_a_closed_port(tmp_path: Path) -> None:
    from sync.remotes.addresses import parse

    assert not reach.is_there(parse("sftp://eva@127.0.0.1:1/x"))
    assert not reach.is_there(parse(str(tmp_path / "no")))
    assert reach.is_there(parse(str(tmp_path)))
    assert reach._host(parse("s3://bucket")) == ("s3.us-east-1.amazonaws.com", 443)
    assert reach._host(parse("s3://bucket?endpoint=http://127.0.0.1:8333")) == ("127.0.0.1", 8333)


def test_put_away_it_does_nothing_more(alone: Office, auto: AutoSync, clock: Clock) -> None:
    auto.quiet()
    clock.at += 1e6
    auto.tick()
    auto.read()
    assert not auto.is_running()
