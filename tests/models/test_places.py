"""Catalogues of places: what ships, what a CSV brings, and errors told by row."""

from __future__ import annotations

import pytest

from app.errors import KipuError
from app.models.places_csv import SHIPPED, Catalogue, place_id, read_places, shipped
from app.models.records import check_record, kind

HEADER = "name,level,code,parent_code,code_system,code_year"


def read(*rows: str, header: str = HEADER, known: frozenset[bytes] = frozenset()) -> Catalogue:
    return read_places("\r\n".join([header, *rows]).encode(), known)


def told(catalogue: Catalogue) -> list[str]:
    return [problem.message for problem in catalogue.problems]


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_is_fit_to_import(name: str) -> None:
    catalogue = shipped(name)
    assert catalogue.problems == ()
    for place in catalogue.places:
        assert check_record(kind("place"), place.fields) == []
        assert len(str(place.fields["code"])) == 2


def test_the_first_level_of_both_countries_ships() -> None:
    ecuador = {str(one.fields["code"]): one.fields["name"] for one in shipped("ecuador").places}
    assert len(ecuador) == 24
    assert (ecuador["01"], ecuador["16"], ecuador["24"]) == ("Azuay", "Pastaza", "Santa Elena")
    panama = shipped("panama").places
    levels = [one.fields["level"] for one in panama]
    assert (levels.count("province"), levels.count("comarca")) == (10, 4)


def test_ids_are_the_same_on_every_laptop() -> None:
    # Frozen: a different id would make every place of every project a duplicate.
    assert place_id("EC-DPA", "2022", "16").hex() == "d49aff5ff6af5870adaa0da40170e5cd"
    [first, *_rest] = shipped("ecuador").places
    assert first.id == place_id("EC-DPA", "2022", "01")


def test_a_place_lies_in_one_of_the_file_or_of_the_catalogue() -> None:
    pastaza = place_id("EC-DPA", "2022", "16")
    catalogue = read(
        "Curaray,parish,160253,1602,EC-DPA,2022",
        "Arajuno,canton,1602,16,EC-DPA,2022",
        known=frozenset({pastaza}),
    )
    assert told(catalogue) == []
    parish, canton = catalogue.places
    assert parish.fields["part_of"] == canton.id.hex()
    assert canton.fields["part_of"] == pastaza.hex()
    assert [parish.row, canton.row] == [2, 3]


def test_every_row_that_is_wrong_is_told() -> None:
    catalogue = read(
        "Pastaza,province,16,,EC-DPA,2022",
        "Pastaza,province,16,,EC-DPA,2022",
        "",
        "Simiatug,parish,20150,16,EC-DPA,2022",
        "Arajuno,canton,1602,99,EC-DPA,2022",
        ",canton,1603,16,EC-DPA,2022",
        "Mera,shire,1604,16,EC-DPA,2022",
        "Santa Clara,canton,16045,16,EC-DPA,2022",
        "Puyo,canton,1601,16,EC-DPA,2022,extra",
    )
    assert told(catalogue) == [
        "Row 3: the code 16 already stands in row 2.",
        "Row 5: the code 20150 has 5 digits, this level has 6; a spreadsheet may have dropped the "
        "zero in front: 020150?",
        "Row 6: there is no place with the code 99, named as its parent.",
        "Row 7: Name is missing.",
        "Row 8: Level: “shire” is not offered; choose one of: country, province, comarca, canton, "
        "district, parish, corregimiento, community, neighbourhood, sector.",
        "Row 9: the code 16045 does not have the 4 digits of its level.",
        "Row 10 has 7 cells, the header 6.",
    ]
    assert [problem.row for problem in catalogue.problems] == [3, 5, 6, 7, 8, 9, 10]


def test_parents_that_go_round_in_a_circle_are_told() -> None:
    catalogue = read("A,sector,1,2,OWN,2026", "B,sector,2,1,OWN,2026", "C,sector,3,3,OWN,2026")
    assert [message.partition(": ")[2] for message in told(catalogue)] == [
        "its parents lead back to itself."
    ] * 3


def test_columns_may_be_named_by_label_and_hold_a_point_and_a_population() -> None:
    catalogue = read(
        "Teresa Mama,Community,160250-07,OWN,2026,-1.49,-77.33,1 234,16D01C01S03,1990",
        header="Name,Level,Official code,Code system,Year of the code,lat,lon,Population,"
        "Police code,Exists since",
    )
    assert told(catalogue) == []
    assert catalogue.places[0].fields == {
        "name": "Teresa Mama",
        "level": "community",
        "code": "160250-07",
        "code_system": "OWN",
        "code_year": "2026",
        "location": {"lat": -1.49, "lon": -77.33},
        "population": 1234,
        "police_code": "16D01C01S03",
        "valid_from": "1990",
    }


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("name,level,code", "These columns are missing: code_system, code_year."),
        ("name,level,code,colour", "The column “colour” is not expected; known are: name"),
        ("name,Name", "The column “Name” is not expected"),
    ],
)
def test_a_file_of_another_kind_is_refused(header: str, sentence: str) -> None:
    with pytest.raises(KipuError, match=sentence):
        read(header=header)
