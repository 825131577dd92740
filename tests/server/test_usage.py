"""What is counted is what lies there: rewritten and removed files, and projects that are gone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sync import layout, packs
from sync.exchange_attachments import BLANK
from sync.ids import token
from sync.remotes.http import CodeWanted, NotAdmitted
from sync.roster import ROOT
from sync.server.limits import Limits
from sync.server.usage import BLOCK, room_of
from tests.server.direct import Direct
from tests.server.serving import Served, found, push
from tests.server.village import IDS, NORTH, Village, piece_path, redacted

pytestmark = pytest.mark.usefixtures("no_flushing")


def counted(direct: Direct, who: str) -> int:
    """What a restart will know of a device."""
    direct.service.close()
    folder = Path(direct.storage.name) / "server" / "KIPU" / "usage"
    texts = (folder / token(direct.village.project)).glob("*")
    return sum(json.loads(one.read_text()).get(token(IDS[who]), 0) for one in texts)


def test_batches_that_lie_in_a_pack_now_count_once(direct: Direct) -> None:
    village = direct.village
    batches = [village.batch("beto", NORTH, number, bytes(9000)) for number in (1, 2, 3)]
    for number, one in enumerate(batches, 1):
        assert direct.put("beto", village.batch_path("beto", NORTH, number), one) == 201
    whole = packs.join(1, batches)
    pack = layout.pack(NORTH, village.log("beto", NORTH), "00000001-00000003")
    assert direct.put("beto", pack, whole) == 201
    direct.begin_anew()
    for number in (1, 2, 3):
        for _each in range(2):
            told = direct.remove("beto", village.batch_path("beto", NORTH, number))
            assert told in {204, "not-packed"}
    assert counted(direct, "beto") == len(whole)


def test_a_file_rewritten_counts_what_it_grew(tmp_path: Path) -> None:
    direct = Direct(tmp_path, Village(), Limits(rate=999, burst=999, device_bytes=3 * BLOCK))
    direct.found()
    village, path = direct.village, layout.wants(IDS["beto"])
    for number in range(40):
        wants = village.wants("beto", *(f"files/x{number}{more}" for more in range(number)))
        assert direct.put("beto", path, wants, replace=True) == 201
    assert counted(direct, "beto") == room_of(len(wants))
    large = village.wants("beto", *(f"files/{more:0>400}" for more in range(400)))
    assert len(large) > 3 * BLOCK
    assert direct.put("beto", path, large, replace=True) == "device-quota"
    assert direct.put("beto", path, village.wants("beto"), replace=True) == 201
    assert counted(direct, "beto") == BLOCK


def test_what_coordinators_take_out_is_credited_to_whose_it_was(direct: Direct) -> None:
    village = direct.village
    batch, path = village.batch("beto", NORTH, 1, bytes(50_000)), village.batch_path("beto", NORTH)
    assert direct.put("beto", path, batch) == 201
    assert direct.put("beto", piece_path(NORTH, "beto"), bytes(50_000)) == 201
    new = redacted(batch)
    village.erase(batch, new)
    direct.push()
    before = counted(direct, "ana")
    assert direct.put("ana", path, new.raw, replace=True) == 201
    assert direct.put("ana", piece_path(NORTH, "beto"), BLANK, replace=True) == 201
    assert counted(direct, "beto") == room_of(len(new.raw)) + BLOCK
    assert counted(direct, "ana") == before


def test_a_file_removed_by_many_at_once_is_credited_once(direct: Direct) -> None:
    part = f"{layout.snapshot(NORTH, IDS['ana'])}/0123456789ab-0000"
    before = counted(direct, "ana")
    for number in range(5):
        assert direct.put("ana", f"{part}{number}", bytes(9000)) == 201
    with ThreadPoolExecutor(8) as pool:
        paths = [f"{part}{number}" for number in range(5) for _each in range(8)]
        assert set(pool.map(lambda path: direct.remove("ana", path), paths)) == {204}
    assert counted(direct, "ana") == before


@pytest.mark.parametrize("is_folder_left", [True, False])
@pytest.mark.parametrize("is_running", [True, False])
def test_a_removed_project_is_forgotten_and_may_be_founded_anew(
    serve: Callable[..., Served], tmp_path: Path, is_running: bool, is_folder_left: bool
) -> None:
    village = Village()
    options = ("--open", "--quiet", "--limit", "device-bytes=30K")
    server = serve(tmp_path, *options)
    found(server, village)
    beto = server.remote(village, "beto")
    beto.put(piece_path(NORTH, "beto"), bytes(25_000))
    if not is_running:
        server.stop()
    shutil.rmtree(tmp_path / token(village.project))
    if is_folder_left:
        (tmp_path / token(village.project)).mkdir()
    if is_running:
        with pytest.raises((NotAdmitted, CodeWanted)):
            beto.put(piece_path(NORTH, "beto"), bytes(25_000))
        assert server.remote(village, "beto").read("share", 1000) is None
    else:
        server = serve(tmp_path, *options)
    # Another beginning of the same project: nobody else is in its roster.
    village.entries = village.entries[:2]
    ana = found(server, village)
    assert server.remote(village, "ana").list("roster") == [token(ROOT)]
    with pytest.raises(NotAdmitted):
        server.remote(village, "beto").put(piece_path(NORTH, "beto"), bytes(9))
    village.last.pop(IDS["ana"])
    village.admit("beto")
    push(ana, village)
    assert server.remote(village, "beto").put(piece_path(NORTH, "beto"), bytes(25_000))
    assert server.stop() == 0
    [count] = (tmp_path / "server" / "KIPU" / "usage" / token(village.project)).iterdir()
    assert json.loads(count.read_text())[token(IDS["beto"])] == 25_000
