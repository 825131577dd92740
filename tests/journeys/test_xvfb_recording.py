"""An interview that is recorded, through the real program: a real screen, keys, and a microphone.

The microphone is one of PulseAudio's own that hears a steady tone. KIPU_SHOTS names a folder to keep
the pictures in.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.desk import Desk
from tests.journeys.keys import desks_template
from tests.journeys.xvfb_screen import Screen, missing
from tests.models.laptops import PARISH, PASSPHRASE
from tests.models.test_recordings import RECORDED, heard
from tests.views.offices import COORDINATOR, copy_offices
from tests.views.sound_room import HERTZ, sound_room
from tests.views.sound_room import missing as missing_sound

__all__ = ["desks_template"]

_LACKING = ", ".join([*missing(), *filter(None, [missing_sound()])])
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(_LACKING), reason=f"not installed: {_LACKING}"),
]


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    made = Screen(tmp_path / "shots")
    yield made
    made.close()


def test_the_laptop_dies_while_somebody_speaks(
    desks_template: Path, screen: Screen, tmp_path: Path
) -> None:
    laptops = copy_offices(desks_template, tmp_path / "desks")
    (form := tmp_path / "recorded.md").write_bytes(RECORDED)
    with sound_room(tmp_path) as here:
        sound = {name: here[name] for name in ("PULSE_SERVER", "XDG_RUNTIME_DIR")}
        desk = Desk(laptops / COORDINATOR, PASSPHRASE, extra=sound)
        desk.tell("form", "import", str(form))
        begun = desk.tell("interview", "start", "recorded", "--space", PARISH)
        screen.start(desk)
        screen.press("alt+2", "Return")
        screen.shoot("recording-1-begun")
        time.sleep(5)
        screen.kill()
        screen.start(desk)
        screen.press("alt+2", "Return")
        time.sleep(3)
        screen.write("blue")
        screen.shoot("recording-2-there-again")
        screen.press("Return", "Return")
        screen.shoot("recording-3-finished")
        screen.quit()
    [file] = desk.tell("attachment", "list", begun["id"])
    written = tmp_path / file["name"]
    desk.tell("attachment", "get", file["id"], "-o", str(written))
    seconds, tones = heard(written.read_bytes())
    # Two seconds are kept at a time, and the program needs a moment until it listens.
    assert seconds >= 5
    assert tones == pytest.approx([HERTZ] * len(tones), rel=0.1)
