"""What is recorded is kept in pieces, survives, and becomes one file that plays from end to end."""

from __future__ import annotations

import io
import math
from array import array
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import KipuError
from app.models import drafts, ogg, recordings, spaces
from app.models.commands import answer_files, surveys
from app.models.drafts import Draft
from app.models.project import Project
from app.models.queries import answering, attachments
from app.models.queries import surveys as reading
from app.models.recordings import Encoder
from tests.models.laptops import Laptop

RATE = 16_000
RECORDED = b"""
| survey   |                  |            |         |            |
|          | type             | name       | label   | parameters |
|          | background-audio | overheard  |         | quality=voice-only |
|          | text             | house      | House   |            |
| settings |                  |            |         |            |
|          | form_title       | form_id    | version |            |
|          | Recorded         | recorded   | 1       |            |
"""


@cache
def tone(hertz: float, seconds: float, rate: int = RATE, channels: int = 1) -> bytes:
    """Samples of a steady tone, the same in every channel."""
    turn = 2 * math.pi * hertz / rate
    return array(
        "h",
        (
            round(9000 * math.sin(turn * at))
            for at in range(int(seconds * rate))
            for _ in range(channels)
        ),
    ).tobytes()


def heard(data: bytes) -> tuple[float, list[float]]:
    """How long a recording plays, and how high the tone of each of its seconds is."""
    samples, rate = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
    mono = [int(one) for one in samples[:, 0]]
    return len(mono) / rate, [
        sum(1 for a, b in pairwise(part) if a < 0 <= b)
        for part in (mono[at : at + rate] for at in range(0, len(mono) - rate + 1, rate))
    ]


def packed(hertz: float, seconds: float, **how: int) -> bytes:
    encoder = Encoder(how.get("rate", RATE), how.get("channels", 1))
    encoder.feed(tone(hertz, seconds, how.get("rate", RATE), how.get("channels", 1)))
    return encoder.fetch() + encoder.close()


@pytest.fixture
def project(laptop: Laptop) -> Project:
    surveys.import_form(laptop.project, RECORDED, "recorded.md")
    return laptop.project


@pytest.fixture
def draft(project: Project) -> Draft:
    form = reading.find_form(project, "recorded")
    begun = surveys.start(project, form, spaces.only_space(project).id)
    body = {**begun.body, recordings.NAME: recordings.new_name()}
    return drafts.keep(project, Draft(begun.id, "response", begun.space, 0, 0, body))


@pytest.mark.parametrize("how", [{}, {"rate": 48_000}, {"channels": 2}])
def test_what_goes_in_comes_out(how: dict[str, int]) -> None:
    seconds, tones = heard(packed(440, 3, **how))
    assert seconds == pytest.approx(3, abs=0.05)
    assert tones == pytest.approx([440] * 3, abs=5)


def test_half_a_sample_waits_for_its_other_half() -> None:
    encoder, sound = Encoder(RATE), tone(300, 2)
    for at in range(0, len(sound), 333):
        encoder.feed(sound[at : at + 333])
    assert heard(encoder.close())[0] == pytest.approx(2, abs=0.05)


def test_speech_of_an_hour_stays_below_fifteen_megabytes() -> None:
    encoder = Encoder(RATE, quality="voice-only")
    encoder.feed(tone(200, 10))
    assert len(encoder.close()) * 360 < 15_000_000


@settings(max_examples=20)
@given(st.lists(st.integers(1, 25), min_size=1, max_size=4))
def test_visits_become_one_stream(tenths: list[int]) -> None:
    made = b"".join(packed(440, one / 10) for one in tenths)
    whole = ogg.joined(made)
    assert whole.count(b"OpusHead") == 1
    assert ogg.joined(whole) == whole
    # A visit but the last ends on a whole packet: 20 ms at most are added.
    assert heard(whole)[0] == pytest.approx(sum(tenths) / 10, abs=0.03 * len(tenths))


@pytest.mark.parametrize("cut", [1, 26, 30, -1])
def test_what_is_no_ogg_is_refused(cut: int) -> None:
    with pytest.raises(ValueError, match=r"Ogg|cut off"):
        ogg.joined(packed(440, 1)[:cut])


def test_a_recording_becomes_the_file_its_answer_names(project: Project, draft: Draft) -> None:
    first, second = Encoder(RATE), Encoder(RATE)
    first.feed(tone(440, 2))
    # The first visit ends with a crash: nobody closes it, and the pages since are lost.
    recordings.keep(project, draft.id, first.fetch())
    second.feed(tone(880, 2))
    recordings.keep(project, draft.id, second.fetch())
    recordings.keep(project, draft.id, second.close())
    surveys.answer(project, draft, {"house": "blue"})
    key = surveys.finish(project, drafts.require(project, draft.id))
    name = answering.whole(project, key).answers["/overheard"]
    assert name == recordings.name_of(draft)
    data = answer_files.of_response(project, key, str(name))
    assert data is not None
    seconds, tones = heard(data)
    assert 2.9 <= seconds <= 4.1
    assert tones[0] == pytest.approx(440, abs=15)
    assert tones[-1] == pytest.approx(880, abs=15)
    [file] = attachments.of(project, key)
    assert file.file is not None
    assert file.file.media == "audio/ogg"
    assert recordings.recorded(project, draft.id) == b""


def test_an_interview_ended_unfinished_keeps_what_was_recorded(
    project: Project, draft: Draft
) -> None:
    recordings.keep(project, draft.id, packed(440, 1))
    key = surveys.abandon(project, draft, "interrupted", "rain")
    assert len(attachments.of(project, key)) == 1


def test_nothing_recorded_is_no_answer(project: Project, draft: Draft) -> None:
    key = surveys.finish(project, draft)
    assert "/overheard" not in answering.whole(project, key).answers
    assert attachments.of(project, key) == []


def test_a_draft_that_is_discarded_takes_its_recording_with_it(
    project: Project, draft: Draft
) -> None:
    recordings.keep(project, draft.id, packed(440, 1))
    drafts.discard(project, draft.id)
    assert recordings.recorded(project, draft.id) == b""


def test_a_recording_that_grew_too_long_says_so(
    project: Project, draft: Draft, monkeypatch: pytest.MonkeyPatch
) -> None:
    piece = packed(440, 1)
    monkeypatch.setattr(recordings, "MOST_BYTES", len(piece))
    recordings.keep(project, draft.id, piece)
    with pytest.raises(KipuError, match="as long as one may be"):
        recordings.keep(project, draft.id, b"x")
    assert recordings.recorded(project, draft.id) == piece


def test_silence_is_told_from_sound() -> None:
    assert recordings.loudest(b"") == 0
    assert recordings.loudest(bytes(200)) < recordings.SILENCE
    assert recordings.loudest(array("h", [0, -32768, 5]).tobytes() + b"\1") == 32768


def test_nothing_of_a_recording_lies_open_on_the_disk(
    project: Project, draft: Draft, tmp_path: Path
) -> None:
    recordings.keep(project, draft.id, packed(440, 2))
    surveys.finish(project, draft)
    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert found
    assert not [path for path in found if b"OggS" in path.read_bytes()]
