"""What was erased as a whole stays empty: no command writes in it, and no draft brings it back."""

from __future__ import annotations

import pytest

from app.errors import Forgotten
from app.models import drafts, unfinished
from app.models.commands import attachments, erasing, records
from app.models.ledger import RecordKey
from app.models.queries import records as reading
from app.views.pages import meeting_reads
from app.views.pages.meeting_reads import Typed
from sync.remotes.folder import FolderRemote
from sync.values import ERASED
from tests.models.laptops import Laptop, agree, settle
from tests.models.test_erasing import words_held

SECRET = "Yolanda Tanguila"
NEW = "Calle Amazonas"
SAID = "This record was erased for good, so nothing more is written in it"


def gone(three: list[Laptop], folder: FolderRemote) -> RecordKey:
    """A person every laptop had, erased by the coordinator."""
    ana, beto, _carla = three
    key = beto.person(SECRET)
    settle(folder, *three)
    erasing.erase(ana.project, key)
    settle(folder, *three)
    return key


def test_nothing_is_written_in_it_anywhere(three: list[Laptop], folder: FolderRemote) -> None:
    key = gone(three, folder)
    for one in three:
        before = one.project.ledger.pending_changes()
        with pytest.raises(Forgotten, match=SAID):
            records.edit(one.project, key, {"address": NEW})
        with pytest.raises(Forgotten, match=SAID):
            records.edit(one.project, key, {"name": NEW})
        with pytest.raises(Exception, match=r"deleted|erased"):
            attachments.attach(one.project, key, b"x", f"{NEW}.jpg")
        assert one.project.ledger.pending_changes() == before
        assert reading.values(one.project, key) == {"name": ERASED}
        assert NEW not in words_held(one)
    agree(*three)


def test_brought_back_it_stays_empty(three: list[Laptop], folder: FolderRemote) -> None:
    key = gone(three, folder)
    ana = three[0]
    records.restore(ana.project, key)
    with pytest.raises(Forgotten, match=SAID):
        records.edit(ana.project, key, {"name": NEW})
    records.delete(ana.project, key)


def test_what_never_left_is_not_filled_again_either(three: list[Laptop]) -> None:
    beto = three[1]
    key = beto.person(SECRET)
    erasing.erase(beto.project, key)
    assert not beto.project.roster.view().erasures
    with pytest.raises(Forgotten, match=SAID):
        records.edit(beto.project, key, {"address": NEW})


def test_one_field_erased_may_be_written_again(three: list[Laptop], folder: FolderRemote) -> None:
    ana, beto, _carla = three
    key = beto.person(SECRET)
    settle(folder, *three)
    erasing.erase(ana.project, key, ["name"])
    settle(folder, *three)
    for one, value in ((beto, "Persona 7"), (ana, "Persona 8")):
        records.edit(one.project, key, {"name": value})
        assert one.values(key)["name"] == value


def test_a_text_of_the_minutes_leaves_the_journal_with_its_item(
    three: list[Laptop], folder: FolderRemote
) -> None:
    ana, beto, _carla = three
    committee = records.new(ana.project, "committee", {"name": "Consejo"}, ana.space())
    meeting = records.new(
        ana.project, "meeting", {"committee": committee.id.hex(), "date": "2026-03-01"}
    )
    items = [
        records.new(ana.project, "agenda_item", {"meeting": meeting.id.hex(), "title": title})
        for title in (SECRET, "Varios")
    ]
    settle(folder, *three)
    typed = {item.id: Typed(f"{NEW} {at}", ()) for at, item in enumerate(items)}
    meeting_reads.keep(beto.project, meeting, typed)
    erasing.erase(ana.project, items[0])
    settle(folder, *three)
    assert f"{NEW} 0" not in words_held(beto)
    assert f"{NEW} 1" in words_held(beto)
    # The page is open still, and hands over all that is typed in it.
    meeting_reads.keep(beto.project, meeting, typed)
    assert f"{NEW} 0" not in words_held(beto)
    with pytest.raises(Forgotten, match=SAID):
        meeting_reads.commit(beto.project, items[0], typed[items[0].id])
    erasing.erase(ana.project, meeting)
    settle(folder, *three)
    assert NEW not in words_held(beto)
    with pytest.raises(Forgotten, match="not kept"):
        meeting_reads.keep(beto.project, meeting, typed)


def test_what_was_begun_for_it_goes_along(three: list[Laptop], folder: FolderRemote) -> None:
    ana, beto, _carla = three
    key = beto.person(SECRET)
    settle(folder, *three)
    unfinished.keep(beto.project, "consent", key, None, {"notes": NEW})
    erasing.erase(ana.project, key)
    settle(folder, *three)
    assert drafts.all_drafts(beto.project) == []
    with pytest.raises(Forgotten, match="not kept"):
        unfinished.keep(beto.project, "consent", key, None, {"notes": NEW})
