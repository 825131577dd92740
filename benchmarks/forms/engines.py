"""The engines as processes of their own: how each is found, started, asked and ended."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any, Final

from benchmarks.forms.figures import OURS

WEB_FORMS: Final = "ODK Web Forms"
JAVAROSA: Final = "JavaRosa"
_HERE: Final = Path(__file__).parent
_PACKAGES: Final = ("@getodk/xforms-engine", "jsdom")
PATIENCE_S: Final = 120
_INSTALL_S: Final = 300

_FAULT: Final = re.compile(r"(Exception in thread|[\w.]+(Error|Exception)\b)")


class EngineError(Exception):
    """An engine did not do what it was asked; the message says what happened."""


@dataclass(frozen=True)
class Maker:
    """How an engine is started; ``missing`` says why it cannot be, else it is empty."""

    name: str
    version: str = ""
    command: tuple[str, ...] = ()
    missing: str = ""


class Engine:
    """A running engine. Its standard error is kept for the message when it fails."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            maker.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, encoding="utf-8", cwd=_HERE.parents[1],
        )  # fmt: skip
        self._said: Queue[str] = Queue()
        self._complaints: list[str] = []
        self._listeners = [
            threading.Thread(target=_listen, args=(self._process.stdout, self._said.put)),
            threading.Thread(target=_listen, args=(self._process.stderr, self._complaints.append)),
        ]
        for one in self._listeners:
            one.start()

    def ask(self, do: str, within: float = PATIENCE_S, **options: Any) -> dict[str, Any]:
        """What the engine says to a command. Raises EngineError, the engine having been ended."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **options}) + "\n")
            self._process.stdin.flush()
            line = self._said.get(timeout=within)
        except Empty:
            self.end()
            raise EngineError(f"given up after {within:g} s") from None
        except OSError:
            line = ""
        if not line:
            self.end()
            raise EngineError(self._why())
        found: dict[str, Any] = json.loads(line)
        return found

    def _why(self) -> str:
        told = [one.strip() for one in self._complaints if _FAULT.match(one)]
        return f"failed: {(told or ['it ended'])[0][:100]}"

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for one in self._listeners:
            one.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            # A command that could not be written while it lived cannot be written now.
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]


def _listen(source: IO[str], take: Callable[[str], object]) -> None:
    for line in source:
        take(line)
    take("")


@contextmanager
def running(maker: Maker) -> Iterator[Engine]:
    """An engine for the length of a block."""
    engine = Engine(maker)
    try:
        yield engine
    finally:
        engine.end()


def peers(folder: Path) -> list[Maker]:
    """The peers; ``folder`` takes what has to be installed or compiled for them."""
    return [_web_forms(folder / "node"), _java_rosa(folder / "java")]


def kipu() -> Maker:
    """Kipu's own engine."""
    command = (sys.executable, "-m", "benchmarks.forms.kipu")
    return Maker(OURS, f"Python {sys.version.split()[0]}", command)


def _web_forms(folder: Path) -> Maker:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return Maker(WEB_FORMS, missing="not measured: Node and npm are not installed")
    folder.mkdir(exist_ok=True)
    wanted = [name for name in _PACKAGES if not _package(folder, name).is_file()]
    if wanted:
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), *wanted]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_S)
        except subprocess.TimeoutExpired:
            return Maker(WEB_FORMS, missing="not measured: npm did not come to an end")
        if done.returncode:
            return Maker(WEB_FORMS, missing=f"not measured: npm: {_last(done.stderr)}")
    versions = [
        f"{name} {json.loads(_package(folder, name).read_text('utf-8'))['version']}"
        for name in _PACKAGES
    ]
    runs = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    said = ", ".join([*versions, f"Node {runs.stdout.strip()}"])
    return Maker(WEB_FORMS, said, (node, str(_HERE / "webforms.mjs"), str(folder)))


def _package(folder: Path, name: str) -> Path:
    return folder / "node_modules" / name / "package.json"


def _java_rosa(folder: Path) -> Maker:
    """JavaRosa, our program for it compiled first, so that a start does not count the compiler."""
    import pyxform.validators.odk_validate as validate

    jar = Path(str(validate.__file__)).parent / "bin" / "ODK_Validate.jar"
    java, javac = shutil.which("java"), shutil.which("javac")
    if java is None or javac is None or not jar.is_file():
        return Maker(JAVAROSA, missing="not measured: a Java development kit is not installed")
    command = [javac, "-cp", str(jar), "-d", str(folder), str(_HERE / "JavaRosa.java")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return Maker(JAVAROSA, missing=f"not measured: javac: {_last(done.stderr)}")
    runs = subprocess.run([java, "-version"], capture_output=True, text=True, check=True)
    said = f"in pyxform {metadata.version('pyxform')}, {runs.stderr.splitlines()[0]}"
    there = os.pathsep.join([str(jar), str(folder)])
    return Maker(JAVAROSA, said, (java, "-Djava.awt.headless=true", "-cp", there, "JavaRosa"))


def _last(words: str) -> str:
    lines = words.strip().splitlines() or ["nothing said"]
    return lines[-1][:100]
