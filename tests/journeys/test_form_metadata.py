"""What a form asks of its device, by verbs alone: address, number and place, and the log."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.desk import PARISH, World

FORM = """
| survey | | | | |
| | type | name | label | parameters |
| | audit | audit | | location-priority=balanced location-min-interval=60 location-max-age=300 |
| | email | em | | |
| | start-geopoint | began | | |
| | background-audio | heard | | |
| | text | t | T | |
| settings | | | | |
| | form_id | version | | |
| | asks | 1 | | |
"""


def test_the_interview_takes_what_was_told_and_brings_its_log(world: World, tmp_path: Path) -> None:
    boss = world.coordinator
    source, sound = tmp_path / "asks.md", tmp_path / "talk.ogg"
    source.write_text(FORM, "utf-8")
    sound.write_bytes(b"not really a sound")
    assert "no email address" in boss.refused("person", "contact", "--email", "rosa")
    told, _form, begun = boss.batch(
        ["person", "contact", "--email", "r@example.org", "--at", "-1.49 -78"],
        ["form", "import", str(source)],
        ["interview", "start", "asks", "--space", PARISH],
    )
    assert told == {"email": "r@example.org", "phone": "", "at": "-1.49 -78 0.0 0.0"}
    ident, out = begun["id"], tmp_path / "audit.csv"
    *_done, held, shown = boss.batch(
        ["interview", "answer", ident, "t=x"],
        ["interview", "attach", ident, "heard", str(sound)],
        ["interview", "finish", ident],
        ["attachment", "list", ident],
        ["record", "show", ident],
    )
    fields = shown["fields"]
    assert (fields["em"], fields["began"]) == ("r@example.org", "-1.49 -78 0.0 0.0")
    assert sorted(one["name"] for one in held) == sorted((fields["audit"], fields["heard"]))
    [log] = [one["id"] for one in held if one["name"] == fields["audit"]]
    boss.batch(["attachment", "get", log, "-o", str(out)])
    lines = out.read_text("utf-8").splitlines()
    assert lines[0] == "event,node,start,end,latitude,longitude,accuracy"
    told = [one.split(",") for one in lines[1:]]
    assert [one[0] for one in told] == ["form start", "form finalize"]
    assert [one[4:] for one in told] == [["-1.49", "-78", "0.0"]] * 2
