"""The project's country decides decimals, dates, paper, documents and words; for all its members."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import i18n
from app.errors import KipuError
from app.models import country, project_settings
from app.models.commands import record_tables
from app.models.fields import Date, Decimal, Document, Integer, Money
from app.models.queries import lists
from app.models.queries.lists import Listing
from app.models.records import kind
from sync.values import Value
from tests.models.laptops import Laptop, agree, settle
from tests.sync.sharing import MemoryRemote

NUMBER, MONEY, DAY = Decimal("n", "N"), Money("m", "M"), Date("d", "D")
PEOPLE, CARD = Integer("p", "P", grouped=True), Document("c", "C")


@pytest.fixture(autouse=True)
def _ecuador() -> Iterator[None]:
    country.use("ec")
    yield
    country.use("ec")


@pytest.mark.parametrize(
    ("language", "code", "typed", "value"),
    [
        ("es", "ec", "1.234", 1234), ("es", "ec", "1,234", 1.234), ("es", "ec", "1.234,5", 1234.5),
        ("es", "pa", "1,234", 1234), ("es", "pa", "1.234", 1.234), ("es", "pa", "1,234.5", 1234.5),
        ("en", "ec", "1,234", 1234), ("es", "ec", "1.5", 1.5), ("es", "pa", "1,5", 1.5),
    ],
)  # fmt: skip
def test_numbers_are_typed_as_the_country_writes_them(
    language: i18n.Language, code: str, typed: str, value: float
) -> None:
    i18n.set_language(language)
    country.use(code)
    assert NUMBER.read(typed) == value


@pytest.mark.parametrize("code", ["ec", "pa"])
@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("value", [0, 7, -1234, 1.234, 1234.5, -0.5, 117764, 2.5e-7, 1e300])
def test_what_is_shown_reads_back(language: i18n.Language, code: str, value: float) -> None:
    i18n.set_language(language)
    country.use(code)
    assert NUMBER.read(NUMBER.format(value)) == value
    assert NUMBER.parse(NUMBER.format(value, labels=False)) == value
    if isinstance(value, int):
        assert PEOPLE.read(PEOPLE.format(value)) == value
        amount: Value = {"amount": f"{value}.50", "currency": "USD"}
        assert MONEY.read(MONEY.format(amount)) == amount


def test_amounts_take_the_currency_of_the_country(spanish: None) -> None:
    assert MONEY.read("1.500") == {"amount": "1500.00", "currency": "USD"}
    assert MONEY.format({"amount": "1234567.50", "currency": "USD"}) == "1.234.567,50 USD"
    country.use("pa")
    assert MONEY.read("1,500") == {"amount": "1500.00", "currency": "PAB"}
    assert MONEY.read("$ 12.50") == {"amount": "12.50", "currency": "USD"}
    assert PEOPLE.format(117764) == "117,764"


def test_a_day_that_reads_two_ways_is_asked_for_in_words(spanish: None) -> None:
    assert DAY.parse("03/04/2026") == "2026-04-03"
    country.use("pa")
    for clear in ("13/04/2026", "2026-04-13", "13 de abril de 2026"):
        assert DAY.parse(clear) == "2026-04-13"
    with pytest.raises(KipuError):
        DAY.parse("03/04/2026")


@pytest.mark.parametrize(
    ("typed", "number", "doubt"),
    [
        ("8-123-4567", "8-123-4567", ""),
        ("8-0123-004567", "8-123-4567", ""),
        ("pe-12-345", "PE-12-345", ""),
        ("E-8-12345", "E-8-12345", ""),
        ("10AV-12-345", "10AV-12-345", ""),
        ("pa_cedula 14-1-2", "14-1-2", "8-123-4567"),
        ("pa_cedula 12345", "12345", "8-123-4567"),
    ],
)
def test_a_panamanian_cedula_is_known_by_its_shape(typed: str, number: str, doubt: str) -> None:
    found = CARD.parse(typed)
    assert found == {"type": "pa_cedula", "number": number}
    assert doubt in CARD.remark(found)
    assert bool(doubt) == bool(CARD.remark(found))


def test_documents_and_levels_are_offered_as_the_country_has_them() -> None:
    level = kind("place").field("level")
    assert CARD.offered()[0][0] == "ec_cedula"
    assert [code for code, _label in level.offered()][:3] == ["province", "canton", "parish"]
    country.use("pa")
    assert CARD.offered()[0][0] == "pa_cedula"
    assert [code for code, _label in level.offered()][2:4] == ["district", "corregimiento"]
    assert {code for code, _l in CARD.offered()} == {code for code, _l in CARD.choices}
    assert level.check("canton") == "canton"


def test_paper_and_week() -> None:
    assert (country.here().paper, country.here().first_weekday) == ("A4", 1)
    country.use("pa")
    assert (country.here().paper, country.here().first_weekday) == ("Letter", 7)
    assert country.use("zz")
    assert country.here() is country.DEFAULT


def test_every_member_follows_the_country_a_coordinator_chose(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, *_rest, eva = five
    assert project_settings.country_of(ana.project) == "ec"
    with pytest.raises(KipuError, match="role"):
        project_settings.choose_country(beto.project, "pa")
    with pytest.raises(KipuError, match="does not know the country"):
        project_settings.choose_country(ana.project, "co")
    project_settings.choose_country(ana.project, "PA")
    assert country.here() is country.PANAMA
    settle(share, *five)
    country.use("ec")
    assert project_settings.follow(beto.project)
    assert country.here() is country.PANAMA

    project_settings.choose_country(ana.project, "ec")
    project_settings.choose_country(eva.project, "ec")
    settle(share, *five)
    assert {project_settings.country_of(one.project) for one in five} == {"ec"}
    agree(*five)


def test_two_coordinators_who_choose_apart_make_one_record(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, *_rest, eva = five
    project_settings.choose_country(ana.project, "pa")
    project_settings.choose_country(eva.project, "pa")
    settle(share, *five)
    for one in five:
        assert one.project.store.value("SELECT count(*) FROM kind_project_settings") == 1
    agree(*five)


@pytest.mark.parametrize(("text", "mark"), [("36.659", ","), ("36,659", ".")])
def test_a_table_is_read_with_the_decimals_it_was_written_with(
    five: list[Laptop], text: str, mark: str
) -> None:
    project = five[0].project
    data = f"name;population\nPuyo;{text}\n".encode()
    done = record_tables.import_records(project, "place", data, ".csv", five[0].space(), mark)
    assert (done.new, done.known) == (1, 0)
    [row] = lists.every(project, Listing("place"))
    assert row.values["population"] == 36659
