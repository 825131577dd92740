"""Answers that are files: chosen, drawn, kept elsewhere; and the files that go with the words."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.views.answering import answer_for, media, uploads
from app.views.answering.drawing import DrawnAnswer
from app.views.answering.keeping import MemoryFiles, bare, picture, png
from app.views.answering.uploads import UploadAnswer
from app.views.interview import Question
from app.views.pages.form_question import QuestionPanel

IMAGE = {"mediatype": "image/*"}


def _png(wide: int = 40, tall: int = 20) -> bytes:
    image = QImage(wide, tall, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    return png(image)


class SlowFiles(MemoryFiles):
    """Keeps files, and says so only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], None]] = []

    def put(self, path: str, name: str, media_type: str, data: bytes, on_done: Any) -> None:
        def later() -> None:
            MemoryFiles.put(self, path, name, media_type, data, on_done)

        self.waiting.append(later)


def _shown(qtbot: Any, files: Any, appearance: str = "", value: Any = None, **more: Any) -> Any:
    question = Question("/q", "upload", "¿Foto?", appearance=appearance, value=value, **more)
    made = QuestionPanel(question, files=files)
    qtbot.addWidget(made)
    made.resize(700, 600)
    made.show()
    made.activateWindow()
    QApplication.processEvents()
    made.take_focus()
    return made


def _choosing(monkeypatch: pytest.MonkeyPatch, chosen: Path | None) -> None:
    monkeypatch.setattr(uploads.dialogs, "to_open", lambda *_words: chosen)


# -- chosen ----------------------------------------------------------------------------------------


def test_a_picture_is_chosen_shown_and_removed_by_keyboard(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / "calle.png"
    chosen.write_bytes(_png())
    _choosing(monkeypatch, chosen)
    files = MemoryFiles()
    panel = _shown(qtbot, files, attributes=IMAGE)
    assert panel.answer.as_text() == "No file chosen yet."
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert panel.given() == ("calle-0001.png", "")
    assert panel.answer.as_text() == f"calle-0001.png\n{len(chosen.read_bytes())} bytes"
    assert not panel.answer._picture.isHidden()
    assert files.kept["calle-0001.png"] == chosen.read_bytes()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert panel.given() == (None, "")
    assert panel.answer._picture.isHidden()


def test_thinking_better_of_it_changes_nothing(qtbot: Any, monkeypatch: Any) -> None:
    _choosing(monkeypatch, None)
    panel = _shown(qtbot, MemoryFiles(), value="vieja.png", attributes=IMAGE)
    panel.answer.choose()
    assert panel.given() == ("vieja.png", "")
    assert panel.answer.as_text() == "vieja.png\nThe file is not on this computer."


def test_what_is_no_picture_is_refused_in_words(qtbot: Any, tmp_path: Path) -> None:
    panel = _shown(qtbot, MemoryFiles(), attributes=IMAGE)
    song = tmp_path / "canto.mp3"
    song.write_bytes(b"x")
    panel.answer.take(song)
    assert panel.given() == ("", "“canto.mp3” is no picture; choose a picture.")
    panel.answer.take(tmp_path / "fue.png")
    assert panel.given()[1].startswith("“fue.png” cannot be read")


def test_any_file_will_do_where_any_is_asked_for(qtbot: Any, tmp_path: Path) -> None:
    panel = _shown(qtbot, MemoryFiles(), attributes={"mediatype": "application/*"})
    list_ = tmp_path / "lista.xlsx"
    list_.write_bytes(b"x" * 10)
    panel.answer.take(list_)
    assert panel.given() == ("lista-0001.xlsx", "")


def test_nobody_goes_on_before_the_file_is_kept(qtbot: Any, tmp_path: Path) -> None:
    files = SlowFiles()
    panel = _shown(qtbot, files, attributes=IMAGE, value="vieja.png")
    chosen = tmp_path / "calle.png"
    chosen.write_bytes(_png())
    panel.answer.take(chosen)
    # What was answered before stays until the new file is kept.
    assert panel.given() == ("vieja.png", "The file is still being kept; wait a moment.")
    with qtbot.waitSignal(panel.changed, timeout=100):
        files.waiting.pop()()
    assert panel.given() == ("calle-0001.png", "")


def test_a_file_kept_after_the_question_is_gone_harms_nobody(qtbot: Any, tmp_path: Path) -> None:
    files = SlowFiles()
    answer = answer_for(Question("/q", "upload", "¿Foto?", attributes=IMAGE), files=files)
    assert isinstance(answer, UploadAnswer)
    chosen = tmp_path / "calle.png"
    chosen.write_bytes(_png())
    answer.take(chosen)
    from shiboken6 import delete

    delete(answer)
    files.waiting.pop()()
    assert list(files.kept) == ["calle-0001.png"]


def test_only_the_file_chosen_last_is_the_answer(qtbot: Any, tmp_path: Path) -> None:
    files = SlowFiles()
    panel = _shown(qtbot, files, attributes=IMAGE)
    for name in ("una.png", "otra.png"):
        chosen = tmp_path / name
        chosen.write_bytes(_png())
        panel.answer.take(chosen)
    first, second = files.waiting
    first()
    assert panel.given()[1] == "The file is still being kept; wait a moment."
    second()
    assert panel.given() == ("otra-0002.png", "")
    panel.answer.take(chosen)
    panel.answer.remove()
    files.waiting.pop()()
    assert panel.given() == (None, "")


def test_a_file_that_could_not_be_kept_is_told(qtbot: Any, tmp_path: Path) -> None:
    class Full(MemoryFiles):
        def put(self, path: str, name: str, media_type: str, data: bytes, on_done: Any) -> None:
            on_done("")

    panel = _shown(qtbot, Full(), attributes=IMAGE, value="vieja.png")
    chosen = tmp_path / "una.png"
    chosen.write_bytes(_png())
    panel.answer.take(chosen)
    assert panel.given() == ("vieja.png", "The file could not be kept; try again.")


@pytest.mark.parametrize("appearance", ["", "signature"])
def test_without_a_bench_it_says_so(qtbot: Any, appearance: str) -> None:
    panel = _shown(qtbot, None, appearance, attributes=IMAGE)
    said = "Files cannot be kept here; everything else can be answered."
    assert panel.answer.as_text() == said
    buttons = [one for one in panel.answer.findChildren(QPushButton) if one.isVisible()]
    assert not any(one.isEnabled() for one in buttons)
    assert panel.given() == (None, "")


# -- drawn -----------------------------------------------------------------------------------------


def _stroke(qtbot: Any, panel: Any) -> None:
    sheet = panel.answer._sheet
    qtbot.mousePress(sheet, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    qtbot.mouseMove(sheet, QPoint(80, 60))
    qtbot.mouseRelease(sheet, Qt.MouseButton.LeftButton, pos=QPoint(80, 60))


def test_a_signature_is_drawn_and_kept(qtbot: Any) -> None:
    files = MemoryFiles()
    panel = _shown(qtbot, files, "signature", attributes=IMAGE)
    assert isinstance(panel.answer, DrawnAnswer)
    assert panel.answer.as_text() == "Sign here."
    _stroke(qtbot, panel)
    assert panel.answer.as_text() == "1 stroke"
    # Going on at once keeps it too, without waiting for the pause.
    assert panel.given() == ("signature-0001.png", "")
    kept = picture(files.kept["signature-0001.png"])
    assert (kept.width(), kept.height()) == (1200, 400)
    colours = {kept.pixelColor(x, y).name() for x in range(0, 1200, 3) for y in range(0, 400, 3)}
    assert len(colours) > 1


def test_strokes_are_undone_and_cleared(qtbot: Any) -> None:
    panel = _shown(qtbot, MemoryFiles(), "draw", attributes=IMAGE)
    _stroke(qtbot, panel)
    _stroke(qtbot, panel)
    assert panel.answer.as_text() == "2 strokes"
    panel.answer._undo.click()
    assert panel.answer.as_text() == "1 stroke"
    panel.answer._undo.click()
    assert panel.answer.as_text() == "Draw here."
    assert panel.given() == (None, "")
    _stroke(qtbot, panel)
    assert panel.given()[0]
    panel.answer._clear.click()
    assert panel.given() == (None, "")


def test_a_picture_is_drawn_upon(qtbot: Any, tmp_path: Path) -> None:
    files = MemoryFiles()
    panel = _shown(qtbot, files, "annotate", attributes=IMAGE)
    chosen = tmp_path / "calle.png"
    chosen.write_bytes(_png(300, 200))
    panel.answer.take(chosen)
    _stroke(qtbot, panel)
    reference = panel.given()[0]
    kept = picture(files.kept[reference])
    assert (kept.width(), kept.height()) == (300, 200)
    assert kept.pixelColor(299, 199).name() == "#ff0000"
    again = _shown(qtbot, files, "annotate", reference, attributes=IMAGE)
    assert again.answer.as_text() == reference
    assert again.given() == (reference, "")


def test_whoever_cannot_draw_chooses_a_picture(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / "firma.png"
    chosen.write_bytes(_png())
    _choosing(monkeypatch, chosen)
    panel = _shown(qtbot, MemoryFiles(), "signature", attributes=IMAGE)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert panel.given() == ("signature-0001.png", "")
    chosen.write_bytes(b"no picture")
    panel.answer.choose()
    assert panel.given()[1] == "“firma.png” is no picture; choose a picture."


# -- with the words --------------------------------------------------------------------------------


def _told(qtbot: Any, files: Any, **found: str) -> Any:
    question = Question("/q", "note", "Mire.", media=found)
    made = QuestionPanel(question, files=files)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_picture_of_the_words_is_shown(qtbot: Any) -> None:
    panel = _told(qtbot, MemoryFiles({"calle.png": _png()}), image="jr://images/calle.png")
    shown = [one for one in panel.media.findChildren(QLabel) if not one.pixmap().isNull()]
    assert [one.accessibleName() for one in shown] == ["Picture: calle.png"]


@pytest.mark.parametrize("files", [None, MemoryFiles(), MemoryFiles({"calle.png": b"broken"})])
def test_a_picture_that_is_not_here_is_named(qtbot: Any, files: Any) -> None:
    panel = _told(qtbot, files, image="jr://images/calle.png")
    assert panel.media.as_text() == "Picture that is not here: calle.png"


def test_sound_and_video_are_named_where_nothing_plays(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "can_play", lambda _kind: False)
    panel = _told(qtbot, MemoryFiles(), audio="jr://audio/a.mp3", video="jr://video/v.mp4")
    assert panel.media.as_text() == (
        "Recording, not played here: a.mp3\nVideo, not played here: v.mp4"
    )


def test_a_recording_that_did_not_come_says_so(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "can_play", lambda _kind: True)
    panel = _told(qtbot, MemoryFiles(), audio="jr://audio/a.mp3")
    assert panel.media.as_text() == "a.mp3"
    panel.media.findChild(QPushButton).click()
    assert panel.media.as_text() == "Not here: a.mp3"


class _Signal:
    def __init__(self) -> None:
        self.then: list[Any] = []

    def connect(self, function: Any) -> None:
        self.then.append(function)


class _Player:
    """What a player of Qt does, without a sound: this computer may have none."""

    made: ClassVar[list[_Player]] = []

    def __init__(self, _parent: Any) -> None:
        self.playingChanged, self.errorOccurred = _Signal(), _Signal()
        self.playing = False
        self.data = b""
        self.made.append(self)

    def setAudioOutput(self, _output: Any) -> None: ...

    def setSourceDevice(self, device: Any, _name: Any) -> None:
        self.data = bytes(device.readAll().data())

    def isPlaying(self) -> bool:
        return self.playing

    def play(self) -> None:
        self.playing = True

    def stop(self) -> None:
        self.playing = False


def test_a_recording_is_played_from_memory_and_stopped(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = ModuleType("PySide6.QtMultimedia")
    fake.QMediaPlayer = _Player  # type: ignore[attr-defined]
    fake.QAudioOutput = lambda _parent: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", fake)
    panel = _told(qtbot, MemoryFiles({"a.mp3": b"sound"}), audio="jr://audio/a.mp3")
    played = panel.media.findChild(QPushButton)
    played.click()
    player = _Player.made[-1]
    assert (player.data, player.playing) == (b"sound", True)
    played.click()
    assert not player.playing
    player.errorOccurred.then[0](1, "no codec")
    assert panel.media.as_text() == "Cannot be played here: a.mp3"


def test_a_huge_picture_is_read_small(qtbot: Any) -> None:
    assert picture(_png(3000, 1000), 300).size().toTuple() == (300, 100)
    assert picture(b"nothing").isNull()
    assert bare("jr://images/a/b.png") == "b.png"
