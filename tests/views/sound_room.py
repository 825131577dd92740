"""A PulseAudio of one's own with a microphone in front of a steady tone, and who listens to it.

`python -m tests.views.sound_room SECONDS` listens as Kipu does and prints what was heard as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

HERTZ = 440
_PATIENCE_S = 20
_SCRIPT = f"""
load-module module-native-protocol-unix auth-anonymous=1 socket=SOCKET
load-module module-null-sink sink_name=room rate=16000 channels=1
load-module module-sine sink=room frequency={HERTZ}
load-module module-remap-source source_name=microphone master=room.monitor
set-default-source microphone
"""


def missing() -> str:
    """Why no sound room can be made here; empty where one can."""
    if shutil.which("pulseaudio") is None:
        return "pulseaudio is not installed"
    return ""


@contextlib.contextmanager
def sound_room(folder: Path, script: str = _SCRIPT) -> Iterator[dict[str, str]]:
    """The environment in which programs hear the tone."""
    place, written = folder / "sound", folder / "room.pa"
    written.write_text(script.replace("SOCKET", str(place)))
    here = {**os.environ, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder),
            "XDG_CONFIG_HOME": str(folder)}  # fmt: skip
    here.pop("PULSE_SERVER", None)
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
               "--disable-shm=yes", "--log-level=error", "-F", str(written)]  # fmt: skip
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, env=here, stdout=log, stderr=log) as server,
    ):
        try:
            _await(place, server)
            yield {**here, "PULSE_SERVER": f"unix:{place}", "QT_QPA_PLATFORM": "offscreen"}
        finally:
            server.terminate()


def _await(path: Path, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers: Qt asks for microphones once."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.connect(str(path))
            return
        time.sleep(0.02)
    raise RuntimeError("PulseAudio does not start")


def listen(environment: dict[str, str], seconds: float) -> dict[str, object]:
    """What another process hears within so many seconds of sound."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.views.sound_room", str(seconds)],
        env=environment, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def _main(seconds: float) -> None:
    from PySide6.QtCore import QCoreApplication, QTimer

    from app.models.recordings import loudest
    from app.views.microphone import Microphone

    application = QCoreApplication([])
    microphone = Microphone()
    got = bytearray()
    how: dict[str, object] = {}

    def opened(rate: int, channels: int) -> None:
        how.update(rate=rate, channels=channels)

    def heard(samples: bytes) -> None:
        got.extend(samples)
        if len(got) >= seconds * 2 * 16_000:
            application.quit()

    def refused(reason: str) -> None:
        how["refused"] = reason
        application.quit()

    microphone.opened.connect(opened)
    microphone.heard.connect(heard)
    microphone.refused.connect(refused)

    microphone.open()
    if "rate" in how:
        QTimer.singleShot(20_000, application.quit)
        application.exec()
    microphone.close()
    samples = memoryview(bytes(got[: len(got) // 2 * 2])).cast("h")
    risen = sum(1 for a, b in pairwise(samples) if a < 0 <= b)
    print(json.dumps({**how, "bytes": len(got), "loudest": loudest(bytes(got)), "risen": risen}))


if __name__ == "__main__":
    _main(float(sys.argv[1]))
