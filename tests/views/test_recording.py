"""An interview that its form wants recorded: all at the table see it, can end it, and lose nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest
from PySide6.QtCore import QObject, Qt, Signal

from app.errors import KipuError
from app.models import drafts, recordings
from app.models.commands import answer_files, reopening, surveys
from app.models.project import Project
from app.models.queries import answering, lists
from app.models.queries.lists import Listing
from app.settings import Settings
from app.views import interview_recording
from app.views.pages.form import FormPage
from app.views.pages.form_recording import RecordingStrip
from app.views.pages.interviews import InterviewsPage
from tests.models.test_recordings import RATE, heard, tone
from tests.views.interviewers import begin
from tests.views.offices import Office, put_on_show
from tests.views.sound_room import HERTZ, listen, missing, sound_room

ENTER = Qt.Key.Key_Return
RECORDED = """
| survey   |                  |            |         |            |
|          | type             | name       | label   | parameters |
|          | background-audio | overheard  |         | quality=voice-only |
|          | audit            | audit      |         |            |
|          | text             | house      | House   |            |
|          | text             | street     | Street  |            |
| settings |                  |            |         |            |
|          | form_title       | form_id    | version |            |
|          | Recorded         | recorded   | 1       |            |
"""


class Table(QObject):
    """A microphone on a table where the test does the talking."""

    heard = Signal(bytes)
    opened = Signal(int, int)
    refused = Signal(str)
    made: ClassVar[list[Table]] = []
    lacking = ""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_open = False
        self.made.append(self)

    def open(self) -> None:
        if self.lacking:
            self.refused.emit(self.lacking)
        else:
            self.is_open = True
            self.opened.emit(RATE, 1)

    def close(self) -> None:
        self.is_open = False

    def say(self, hertz: float, seconds: float) -> None:
        """Talk for so long; nobody hears it where nobody listens."""
        if self.is_open:
            self.heard.emit(tone(hertz, seconds) if hertz else bytes(int(2 * RATE * seconds)))


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> type[Table]:
    monkeypatch.setattr(interview_recording, "Microphone", Table)
    monkeypatch.setattr(Table, "made", [])
    return Table


@pytest.fixture
def page(qtbot: Any, office: Office, tmp_path: Path) -> InterviewsPage:
    office.run(surveys.import_form, RECORDED.encode(), "recorded.md")
    return put_on_show(qtbot, office, InterviewsPage(office.desk, settings=Settings(tmp_path)))


def _strip(form: FormPage) -> RecordingStrip:
    [found] = form.findChildren(RecordingStrip)
    return found


def _press(form: FormPage) -> None:
    _strip(form)._button.click()


def _data(project: Project) -> bytes:
    [row] = lists.page(project, Listing("response", equal={"form_id": "recorded"}), 0, 2)
    name = str(answering.whole(project, row.key).answers["/overheard"])
    data = answer_files.of_response(project, row.key, name)
    assert data is not None
    return data


def _finish(qtbot: Any, office: Office, form: FormPage) -> None:
    for _question in range(2):
        qtbot.keyClicks(form.focusWidget(), "a")
        qtbot.keyClick(form.focusWidget(), ENTER)
    qtbot.keyClick(form.focusWidget(), ENTER)
    office.settle()


def test_what_is_said_is_recorded_from_visit_to_visit(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    [table] = Table.made
    table.say(440, 2.2)
    assert _strip(form).as_text().startswith("Recording 0:02\nThis form asks for it.")
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_F6)
    office.settle()
    assert not table.is_open
    [draft] = office.run(drafts.all_drafts, "response")
    assert heard(office.run(recordings.recorded, draft.id))[0] == pytest.approx(2.2, abs=0.05)
    page.go_on(draft.id)
    office.settle()
    Table.made[1].say(880, 2)
    _finish(qtbot, office, page.interview())
    seconds, tones = heard(office.run(_data))
    assert seconds == pytest.approx(4.2, abs=0.1)
    assert tones == pytest.approx([440, 440, 835, 880], abs=50)
    assert not interview_recording.is_on()


def test_anybody_at_the_table_ends_it_and_the_log_tells(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    [table] = Table.made
    table.say(440, 1)
    _press(form)
    table.say(880, 5)
    assert _strip(form).as_text() == "Not recorded\nWhat was recorded until now is kept."
    _press(form)
    office.settle()
    table.say(880, 1)
    _finish(qtbot, office, form)
    seconds, _tones = heard(office.run(_data))
    assert seconds == pytest.approx(2, abs=0.1)
    [row] = office.run(lists.page, Listing("response", equal={"form_id": "recorded"}), 0, 2)
    name = str(office.run(answering.whole, row.key).answers["/meta/audit"])
    log = office.run(answer_files.of_response, row.key, name).decode()
    assert "background audio disabled" in log
    assert "background audio enabled" in log


def test_who_ended_it_is_not_recorded_when_the_interview_goes_on(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    Table.made[0].say(440, 1)
    _press(form)
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_F6)
    office.settle()
    [draft] = office.run(drafts.all_drafts, "response")
    page.go_on(draft.id)
    office.settle()
    assert not Table.made[1].is_open
    assert _strip(page.interview()).as_text().startswith("Not recorded")
    _press(page.interview())
    office.settle()
    assert Table.made[1].is_open
    qtbot.keyClick(page.interview().focusWidget(), Qt.Key.Key_F6)
    office.settle()
    page.go_on(draft.id)
    office.settle()
    assert Table.made[2].is_open


def test_whoever_wants_nothing_recorded_leaves_no_answer(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    _press(form)
    Table.made[0].say(440, 3)
    _finish(qtbot, office, form)
    [row] = office.run(lists.page, Listing("response", equal={"form_id": "recorded"}), 0, 2)
    assert "/overheard" not in office.run(answering.whole, row.key).answers


def test_a_computer_without_a_microphone_says_so_and_goes_on(
    qtbot, office, page, monkeypatch
) -> None:
    monkeypatch.setattr(Table, "lacking", "This computer has no microphone.")
    form = begin(qtbot, office, page)
    assert _strip(form).as_text() == "Not recorded\nThis computer has no microphone."
    monkeypatch.setattr(Table, "lacking", "")
    _press(form)
    office.settle()
    Table.made[0].say(440, 1)
    assert _strip(form).as_text().startswith("Recording 0:01")
    _finish(qtbot, office, form)
    assert heard(office.run(_data))[0] == pytest.approx(1, abs=0.05)


def test_a_muted_microphone_is_noticed(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    [recording] = form.window().findChildren(interview_recording.Recording)
    for _round in range(5):
        Table.made[0].say(0, 2)
        recording._turn()
    assert "Nothing is heard" in _strip(form).as_text()
    Table.made[0].say(440, 2)
    recording._turn()
    assert "Nothing is heard" not in _strip(form).as_text()


def test_a_microphone_that_went_silent_for_good_is_opened_anew(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    [recording] = form.window().findChildren(interview_recording.Recording)
    Table.made[0].say(440, 1)
    for _round in range(3):
        recording._turn()
    Table.made[0].say(440, 1)
    _finish(qtbot, office, form)
    assert heard(office.run(_data))[0] == pytest.approx(2, abs=0.1)


def test_it_is_on_only_once_something_comes(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    assert _strip(form).as_text().startswith("Recording begins")
    Table.made[0].say(440, 0.5)
    assert _strip(form).as_text().startswith("Recording 0:00")


def test_only_one_interview_listens(qtbot, office, page) -> None:
    first = begin(qtbot, office, page)
    Table.made[0].say(440, 1)
    qtbot.keyClick(first.focusWidget(), Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    office.settle()
    begin(qtbot, office, page)
    assert [one.is_open for one in Table.made] == [False, True]
    page.bring(page._open_ones[0])
    office.settle()
    assert [one.is_open for one in Table.made] == [True, False]
    interview_recording.hush()
    assert not interview_recording.is_on()


def test_what_is_found_missing_at_the_end_goes_on_being_recorded(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    [running] = page._open_ones
    Table.made[0].say(440, 1)
    running._recording.interrupt()
    running._failed(KipuError("the disk is full"))
    office.settle()
    Table.made[0].say(440, 1)
    assert Table.made[0].is_open
    assert _strip(form).as_text().startswith("Recording 0:02")


def test_a_correction_is_not_recorded(qtbot, office, page) -> None:
    _finish(qtbot, office, begin(qtbot, office, page))
    [row] = office.run(lists.page, Listing("response", equal={"form_id": "recorded"}), 0, 2)
    draft = office.run(reopening.reopen, row.key, "a typing error")
    page.go_on(draft.id)
    office.settle()
    assert not any(one.is_open for one in Table.made)
    assert _strip(page.interview()).isHidden()


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_a_real_microphone_is_heard(tmp_path: Path) -> None:
    with sound_room(tmp_path) as environment:
        found = listen(environment, 2)
    assert found.get("refused") is None
    assert (found["rate"], found["channels"]) == (RATE, 1)
    seconds = int(str(found["bytes"])) / 2 / RATE
    assert seconds >= 2
    assert int(str(found["risen"])) / seconds == pytest.approx(HERTZ, rel=0.05)
    assert int(str(found["loudest"])) > recordings.SILENCE
