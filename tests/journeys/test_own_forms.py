"""Kipu's own forms and the ends of an interview, by verbs alone."""

from __future__ import annotations

from tests.journeys.desk import PARISH, World


def test_own_forms_are_listed_taken_and_filled(world: World) -> None:
    boss = world.coordinator
    offered = boss.tell("form", "templates")
    assert [one["name"] for one in offered] == ["hogar", "negocio", "recorrido"]
    assert not any(one["here"] for one in offered)
    taken = boss.tell("form", "import", "--own", "hogar")
    assert taken["form_id"] == "hogar_seguridad"
    assert taken["questions"] > 60
    assert boss.tell("form", "templates")[0]["here"]
    assert "hogar" in boss.refused("form", "import", "--own", "casa")
    assert boss.refused("form", "import")
    begun = boss.tell("interview", "start", "hogar_seguridad", "--space", PARISH)
    told = boss.tell(
        "interview", "answer", begun["id"], "sector=Curaray", "area=rural", "adulto=si",
        "acepta=si", "etnia=indigenous", "pueblo=saraguro", "nacionalidad=kichwa",
    )  # fmt: skip
    assert told == {"errors": {}, "not_relevant": []}
    wrong = boss.tell("interview", "answer", begun["id"], "pueblo=afroecuatoriano")
    assert wrong["errors"].keys() == {"pueblo"}


def test_an_interview_is_abandoned_and_stands_in_todays(world: World) -> None:
    boss = world.coordinator
    boss.tell("form", "import", "--own", "recorrido")
    first = boss.tell("interview", "start", "recorrido_exploratorio", "--space", PARISH)
    second = boss.tell("interview", "start", "recorrido_exploratorio", "--space", PARISH)
    boss.tell("interview", "answer", first["id"], "sector=Curaray", "ubicacion=-1.36 -76.92")
    assert boss.refused(
        "interview", "abandon", first["id"], "--status", "interrupted", "--reason", " "
    )
    done = boss.tell(
        "interview", "abandon", first["id"], "--status", "interrupted", "--reason", "Lluvia"
    )
    assert done == {"id": first["id"], "folio": first["folio"], "status": "interrupted"}
    states = {one["folio"]: one["state"] for one in boss.tell("interview", "today")}
    assert states == {first["folio"]: "interrupted", second["folio"]: "draft"}
    fields = boss.tell("record", "show", first["id"])["fields"]
    assert fields["ubicacion"] == "-1.36 -76.92 0.0 0.0"
    assert fields["refusal_reason"] == "Lluvia"
    boss.tell("interview", "discard", second["id"])
    assert boss.tell("interview", "today", "--since", "2999-01-01") == []
    assert boss.refused("interview", "today", "--since", "never")
