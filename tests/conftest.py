"""The habits every test shares: nothing may leak, warn, wander into the home folder or be random.

A test that leaves a thread running, a file in the temp folder or a warning in the log fails, even
if its own assertions held: each of those has cost somebody's words somewhere.
"""

from __future__ import annotations

import functools
import logging
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from app import i18n
from app.models.vault import kdf

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 5.0  # seconds a thread gets to end after the test that started it

# Thousands of stores are made, and each has the disk promise what it wrote: a fifth of the run goes
# into that, and none of it where the folders of tests lie in memory.
MEMORY_DISK = Path("/dev/shm")
ROOM = 4 << 30  # bytes
if MEMORY_DISK.is_dir() and shutil.disk_usage(MEMORY_DISK).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY_DISK))

# Before anything loads Qt: tests draw to memory unless somebody wants to watch.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile(
    "default", max_examples=60, derandomize=True, deadline=None, database=None
)
settings.register_profile(
    "long",
    max_examples=2_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("default")

# The same laptops are unlocked in thousands of tests: what their passphrase comes to is worked out
# once. Verbs in processes of their own derive as ever.
kdf.derive = functools.lru_cache(maxsize=4096)(kdf.derive)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin what takes longest: at the end, one worker would wait for the other."""
    items.sort(key=lambda item: item.get_closest_marker("early") is None)


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for what may be shared between tests, such as the list of fonts."""
    return tmp_path_factory.mktemp("caches")


@pytest.fixture
def kipu_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that this test's ``KIPU_HOME`` names; empty, and nobody else's."""
    return tmp_path_factory.mktemp("home") / "kipu"


def _never(*_command: object) -> None:
    raise AssertionError("the program would have been replaced by a new one")


@pytest.fixture(autouse=True)
def _isolated_world(kipu_home: Path, caches: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test its own home, the cheapest key derivation and no passphrase around."""
    monkeypatch.setenv("KIPU_HOME", str(kipu_home))
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(kipu_home.parent / kind.lower()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(caches))
    monkeypatch.setenv("KIPU_KDF", "floor")
    monkeypatch.setenv("KIPU_LANG", "en")
    monkeypatch.delenv("KIPU_PASSPHRASE", raising=False)
    # Who locks the program replaces it, and would begin the whole run of tests anew.
    monkeypatch.setattr("os.execve", _never)


@pytest.fixture(autouse=True)
def _nothing_syncs_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """No window of a test is ever open long enough to sync by itself in the middle of it."""
    module = sys.modules.get("app.views.auto_sync")
    if module is not None:
        monkeypatch.setattr(module, "BEGIN_MS", 24 * 3600 * 1000)


@pytest.fixture(autouse=True)
def _speaks_english() -> Iterator[None]:
    """Let every test begin in English, whatever the one before it spoke."""
    i18n.set_language("en")
    yield
    i18n.set_language("en")


@pytest.fixture
def spanish(_speaks_english: None) -> None:
    """Speak Spanish for one test."""
    i18n.set_language("es")


@pytest.fixture(autouse=True)
def _leaves_no_temp_files(
    request: pytest.FixtureRequest, kipu_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Fail a test after which something lies in the temp folder, where it could be read."""
    folder = kipu_home.parent / "temp"
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    left = sorted(path.name for path in folder.iterdir())
    if left and not request.node.get_closest_marker("leaves_temp_files"):
        pytest.fail(f"left in the temp folder: {', '.join(left)}")


@pytest.fixture(autouse=True)
def _leaves_no_threads() -> Iterator[None]:
    """Fail a test that ends while a thread it started still runs."""
    before = set(threading.enumerate())
    yield
    started = [thread for thread in threading.enumerate() if thread not in before]
    # Python never forgets a thread that Qt started, even when it has ended; Qt minds its own.
    ours = [thread for thread in started if not isinstance(thread, threading._DummyThread)]
    for thread in ours:
        thread.join(PATIENCE)
    running = [thread.name for thread in ours if thread.is_alive()]
    if running:
        pytest.fail(f"threads still running: {', '.join(running)}")


@pytest.fixture(autouse=True)
def _logs_nothing_worrying(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail a test in which something was logged as a warning or worse, unless it says so."""
    yield
    if request.node.get_closest_marker("logs_warnings"):
        return
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    stray = [record for record in records if record.levelno >= logging.WARNING]
    if stray:
        said = "; ".join(f"{record.name}: {record.getMessage()}" for record in stray)
        pytest.fail(f"logged: {said}")


@pytest.fixture(scope="session")
def shared_cases() -> Path:
    """The folder of shared real-world cases: ``KIPU_SHARED``, or ``shared`` beside the checkout."""
    folder = Path(os.environ.get("KIPU_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip("the shared cases are not here: set KIPU_SHARED to their folder")
    return folder
