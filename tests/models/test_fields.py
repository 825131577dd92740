"""What people type, what is kept of it and how it is shown again."""

from __future__ import annotations

import contextlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import i18n
from app.errors import KipuError
from app.models import fields as f
from app.models.fields import Field
from sync.values import ERASED, Value, to_json
from tests.effort import effort

ID = "0123456789abcdef0123456789abcdef"
HASH = "ab" * 32
COLOURS = (("red", "Rojo"), ("green", "Verde claro"), ("blue", "Azul, oscuro"))

FIELDS: dict[str, Field] = {
    one.id: one
    for one in (
        f.Text("text", "Text"),
        f.LongText("long", "Long text"),
        f.Integer("integer", "Integer"),
        f.Decimal("decimal", "Decimal"),
        f.Boolean("boolean", "Boolean"),
        f.Date("date", "Date"),
        f.PartialDate("partial", "Partial date"),
        f.DateTime("moment", "Moment"),
        f.Time("time", "Time"),
        f.Choice("choice", "Choice", choices=COLOURS),
        f.MultiChoice("several", "Several", choices=COLOURS),
        f.Languages("languages", "Languages"),
        f.Reference("reference", "Reference", kind="person"),
        f.Money("money", "Money"),
        f.Location("location", "Location"),
        f.Document("document", "Document"),
        f.AttachmentRef("file", "File"),
        f.Position("position", "Position"),
        f.Answers("answers", "Answers"),
    )
}

READ = [
    ("text", "  Junta  parroquial\n ", "Junta parroquial"),
    ("text", "n\u0303", "ñ"),
    ("long", "uno\r\ndos\u2028tres\x00", "uno\ndos\ntres"),
    ("integer", "1.234", 1234),
    ("integer", "1 234", 1234),
    ("integer", "-7", -7),
    ("integer", "12.0", 12),
    ("decimal", "1,5", 1.5),
    ("decimal", "1.5", 1.5),
    ("decimal", "−3", -3),
    ("decimal", "1.234,5", 1234.5),
    ("decimal", "1,234,567.25", 1234567.25),
    ("decimal", "2e-3", 0.002),
    ("boolean", "Sí", True),
    ("boolean", "no", False),
    ("date", "2026-11-20", "2026-11-20"),
    ("date", "20/11/2026", "2026-11-20"),
    ("date", "20 de noviembre de 2026", "2026-11-20"),
    ("date", "Nov 20, 2026", "2026-11-20"),
    ("date", "2026-11-20 00:00:00", "2026-11-20"),
    ("partial", "2026", "2026"),
    ("partial", "11/2026", "2026-11"),
    ("partial", "noviembre de 2026", "2026-11"),
    ("partial", "20-11-2026", "2026-11-20"),
    ("moment", "2026-11-20 14:02", "2026-11-20T14:02:00"),
    ("moment", "2026-11-20T14:02:33.120-05:00", "2026-11-20T14:02:33-05:00"),
    ("moment", "20/11/2026 2:02 pm", "2026-11-20T14:02:00"),
    ("time", "14h30", "14:30"),
    ("time", "9:05:07", "09:05:07"),
    ("time", "12:10 a. m.", "00:10"),
    ("choice", "green", "green"),
    ("choice", "VERDE CLARO", "green"),
    ("several", "blue; red", ["red", "blue"]),
    ("several", "red blue", ["red", "blue"]),
    ("several", "Rojo, Verde claro", ["red", "green"]),
    ("several", "Azul, oscuro", ["blue"]),
    ("languages", "Kichwa; es; x-tla", None),
    ("languages", "shuar; es", ["es", "jiv"]),
    ("reference", "{01234567-89AB-CDEF-0123-456789ABCDEF}", ID),
    ("money", "12,5", {"amount": "12.50", "currency": "USD"}),
    ("money", "$ 1.234,50", {"amount": "1234.50", "currency": "USD"}),
    ("money", "B/. 7", {"amount": "7.00", "currency": "PAB"}),
    ("money", "80 eur", {"amount": "80.00", "currency": "EUR"}),
    ("location", "-1,4924; -78,0024", {"lat": -1.4924, "lon": -78.0024}),
    ("location", "1.5° S, 78.2° O ±6 m", {"lat": -1.5, "lon": -78.2, "accuracy": 6}),
    ("location", "-1.5 -78.2 950 4.5", {"lat": -1.5, "lon": -78.2, "accuracy": 4.5}),
    ("document", "1600123456", {"type": "ec_cedula", "number": "1600123456"}),
    ("document", "160012345-6", {"type": "ec_cedula", "number": "1600123456"}),
    ("document", "8-123-4567", {"type": "pa_cedula", "number": "8-123-4567"}),
    ("document", "passport: ab 123", {"type": "passport", "number": "AB 123"}),
    ("document", "Passport X99", {"type": "passport", "number": "X99"}),
    ("document", "FOLIO 9", {"type": "other", "number": "FOLIO 9"}),
]


@pytest.mark.parametrize(("field", "text", "value"), READ)
def test_what_people_write_is_understood(field: str, text: str, value: Value) -> None:
    if value is None:
        with pytest.raises(KipuError):
            FIELDS[field].parse(text)
    else:
        assert FIELDS[field].parse(text) == value


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_nothing_written_is_no_value(field: str) -> None:
    assert FIELDS[field].parse(" \n") is None
    assert FIELDS[field].check(None) is None
    assert FIELDS[field].format(None) == ""


REFUSED = [
    ("integer", "1,5", "Integer: “1,5” is not a whole number; write digits only, such as 12."),
    ("integer", "many", "is not a whole number"),
    ("integer", "9" * 40, "is not a whole number"),
    ("decimal", "1.2.3", "is not a number; write it like 1.5 or 1,5"),
    ("decimal", "nan", "is not a number"),
    ("decimal", "1e999", "out of range"),
    ("decimal", "1" * 500, "is not a number"),
    ("integer", "1" * 5000, "is too long"),
    ("boolean", "maybe", "write yes or no"),
    ("date", "2026-02-30", "Date: “2026-02-30” is not a date; write it like 2026-11-20."),
    ("date", "20/11/26", "is not a date"),
    ("partial", "2026-13", "write 2026-11-20, 2026-11 or only 2026"),
    ("moment", "2026-11-20", "write it like 2026-11-20 14:30"),
    ("time", "25:00", "write it like 14:30"),
    ("time", "9", "write it like 14:30"),
    ("choice", "black", "Choice: “black” is not offered; choose one of: red, green, blue."),
    ("several", "red; black", "“black” is not offered; choose among: red, green, blue"),
    ("reference", "Rosa", "is not a record's id"),
    ("money", "1.500", "write it like 1500 or 1500.00 USD"),
    ("money", "ten", "is not an amount"),
    ("location", "somewhere", "write latitude and longitude"),
    ("location", "-78.0 -191.4", "latitude comes first"),
    ("document", '{"type": "club", "number": "1"}', "is not a type of document"),
    ("file", "photo.jpg", "needs name, size, hash and type"),
    ("position", "a", "is not a position"),
    ("answers", '{"q01": 1}', "is not a set of answers"),
]


@pytest.mark.parametrize(("field", "text", "sentence"), REFUSED)
def test_a_refusal_names_the_field_and_says_what_to_write(
    field: str, text: str, sentence: str
) -> None:
    with pytest.raises(KipuError) as refused:
        FIELDS[field].parse(text)
    assert sentence in str(refused.value)
    assert str(refused.value).startswith(str(FIELDS[field].label))


def test_a_date_that_reads_two_ways_is_only_taken_where_the_day_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(KipuError):
        FIELDS["date"].parse("03/04/2026")
    monkeypatch.setattr("app.models.country.current", lambda: "es")
    assert FIELDS["date"].parse("03/04/2026") == "2026-04-03"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", 5),
        ("text", "\ud800"),
        ("integer", True),
        ("integer", 2**63),
        ("decimal", float("inf")),
        ("boolean", 1),
        ("date", "2026"),
        ("several", "red"),
        ("several", [1]),
        ("location", {"lat": 1}),
        ("location", {"lat": True, "lon": 2}),
        ("money", {"amount": "1e5"}),
        ("file", {"name": "a", "size": -1, "hash": HASH}),
        ("file", {"name": "a", "size": 1, "hash": "xyz"}),
        ("document", {"number": "1"}),
        ("answers", [1]),
        *((name, ERASED) for name in sorted(FIELDS)),
    ],
)
def test_typed_values_of_the_wrong_shape_are_refused(field: str, value: Value) -> None:
    with pytest.raises(KipuError):
        FIELDS[field].check(value)


def test_numbers_stay_within_their_range_and_words_within_their_length() -> None:
    with pytest.raises(KipuError, match="from 0 to 100"):
        f.Integer("n", "N", low=0, high=100).parse("101")
    with pytest.raises(KipuError, match="out of range"):
        f.Decimal("n", "N", low=0).parse("-0.5")
    with pytest.raises(KipuError, match="6 characters are too many; write at most 5"):
        f.Text("t", "T", limit=5).parse("abcdef")


@pytest.mark.parametrize("name", sorted(FIELDS))
@pytest.mark.parametrize("text", [" " * 1900 + "x", "1T1: " * 390, "a " * 990, "9" * 100_000])
def test_a_text_made_to_be_slow_is_answered_at_once(name: str, text: str) -> None:
    def parse() -> None:
        with contextlib.suppress(KipuError):
            FIELDS[name].parse("x" + text)

    # What the patterns themselves cost is measured in benchmarks/hostile.py.
    assert effort(parse) < 12 * len(text)


def _days() -> st.SearchStrategy[str]:
    return st.dates().map(lambda day: day.isoformat())


_coordinates = st.floats(-90, 90).map(lambda number: round(number, 7))
_VALUES: dict[str, st.SearchStrategy[Value]] = {
    "text": st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])),
    "long": st.text(st.characters(exclude_categories=["Cs"])),
    "integer": st.integers(-(2**63) + 1, 2**63 - 1),
    "decimal": st.floats(allow_nan=False, allow_infinity=False, width=32),
    "boolean": st.booleans(),
    "date": _days(),
    "partial": st.builds(lambda day, size: day[:size], _days(), st.sampled_from([4, 7, 10])),
    "moment": st.datetimes().map(lambda at: at.isoformat(timespec="seconds")),
    "time": st.times().map(lambda at: at.isoformat("seconds")),
    "choice": st.sampled_from([code for code, _label in COLOURS]),
    "several": st.lists(st.sampled_from([code for code, _label in COLOURS])),
    "languages": st.lists(st.sampled_from(["es", "qu", "jiv", "zro", "tl", "pt-BR"])),
    "reference": st.uuids().map(lambda one: one.hex),
    "money": st.decimals(-10_000, 10_000, places=2).map(
        lambda amount: {"amount": str(amount).removeprefix("-0.00") or "0", "currency": "USD"}
    ),
    "location": st.builds(lambda lat, lon: {"lat": lat, "lon": lon}, _coordinates, _coordinates),
    "document": st.builds(
        lambda kind, number: {"type": kind, "number": number},
        st.sampled_from(["passport", "other", "pa_cedula"]),
        st.from_regex(r"\A[A-Z0-9]{1,12}\Z"),
    ),
    "file": st.builds(
        lambda name, size: {"name": name, "size": size, "hash": HASH, "type": "image/jpeg"},
        st.text(string.printable.strip() + "áñ", min_size=1),
        st.integers(0, 2**40),
    ),
    "position": st.integers(-5000, 5000).map(lambda steps: _walk(steps)),
    "answers": st.dictionaries(st.sampled_from(["/a", "/b/c"]), st.integers(-9, 9)),
}


def _walk(steps: int) -> str:
    from app.models.fields.position import _encode

    return _encode(steps)


@pytest.mark.parametrize("name", sorted(FIELDS))
@given(data=st.data())
def test_a_checked_value_survives_files_and_columns(name: str, data: st.DataObject) -> None:
    field = FIELDS[name]
    value = field.check(data.draw(_VALUES[name]))

    assert field.check(value) == value
    assert field.parse(field.format(value, labels=False)) == value
    stored = field.to_column(value)
    assert stored is None or isinstance(stored, str | int | float)
    assert to_json(field.from_column(stored)) == to_json(value)


_anything: st.SearchStrategy[Value] = st.recursive(
    st.none()
    | st.just(ERASED)
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["lat", "lon", "amount", "type", "number", "name", "x"]), inner
        )
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("name", sorted(FIELDS))
@given(value=_anything, labels=st.booleans())
def test_whatever_the_log_holds_can_be_shown_and_kept(
    name: str, value: Value, labels: bool
) -> None:
    field = FIELDS[name]
    assert isinstance(field.format(value, labels), str)
    assert isinstance(field.to_column(value), str | int | float | None)
    assert isinstance(field.remark(value), str)


@pytest.mark.parametrize("name", sorted(FIELDS))
@given(text=st.text(max_size=40))
def test_any_text_is_read_or_refused_with_a_sentence(name: str, text: str) -> None:
    with contextlib.suppress(KipuError):
        value = FIELDS[name].parse(text)
        assert FIELDS[name].check(value) == value


def test_values_are_shown_in_the_language_of_the_interface(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert FIELDS["partial"].format("2026-11") == "Nov 2026"
    assert FIELDS["date"].format("2026-11-20") == "20 Nov 2026"
    assert FIELDS["moment"].format("2026-11-20T14:02:00") == "20 Nov 2026, 14:02"
    assert FIELDS["choice"].format("green") == "Verde claro"
    assert FIELDS["choice"].format("unheard_of") == "unheard_of"
    assert FIELDS["several"].format(["red", "blue"]) == "Rojo; Azul, oscuro"
    assert FIELDS["boolean"].format(True) == "yes"
    assert FIELDS["text"].format(ERASED) == "(erased)"
    assert FIELDS["decimal"].format(1.5) == "1.5"
    monkeypatch.setattr("app.models.country.current", lambda: "es")
    assert FIELDS["decimal"].format(1.5) == "1,5"
    assert FIELDS["money"].format({"amount": "12.50", "currency": "USD"}) == "12,50 USD"
    assert FIELDS["decimal"].format(1.5, labels=False) == "1.5"


def test_labels_are_also_understood_in_english_while_the_interface_speaks_spanish(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    field = f.Choice("c", "C", choices=(("female", i18n.lazy("Woman")),))
    monkeypatch.setattr(i18n, "_", lambda message: {"Woman": "Mujer"}.get(message, message))
    assert field.format("female") == "Mujer"
    assert field.parse("mujer") == "female"
    assert field.parse("woman") == "female"


def test_a_cedula_with_a_wrong_check_digit_is_remarked_on_and_kept() -> None:
    field = FIELDS["document"]
    sound = field.parse("1710034065")
    doubtful = field.parse("1710034066")
    assert f.cedula_is_sound("1710034065")
    assert not f.cedula_is_sound("9910034065")
    assert field.remark(sound) == ""
    assert "compare it with the card" in field.remark(doubtful)
    assert field.remark(field.parse("passport X1")) == ""


@given(st.lists(st.integers(0, 1_000_000), max_size=120))
def test_a_row_can_always_be_put_between_two_others(places: list[int]) -> None:
    keys: list[str] = []
    for place in places:
        at = place % (len(keys) + 1)
        before = keys[at - 1] if at else None
        after = keys[at] if at < len(keys) else None
        keys.insert(at, f.between(before, after))
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert all(FIELDS["position"].check(key) == key for key in keys)


def test_adding_at_the_ends_keeps_positions_short_and_the_middle_never_fills_up() -> None:
    first = last = f.between(None, None)
    for _round in range(5000):
        first, last = f.between(None, first), f.between(last, None)
    assert len(first) <= 4
    assert len(last) <= 4
    low, high = "a0", "a1"
    for _round in range(500):
        low = f.between(low, high)
        assert low < high
    for _round in range(500):
        high = f.between(low, high)
        assert low < high


def test_equal_reversed_and_damaged_positions_do_not_stop_anybody() -> None:
    assert f.between("a1", "a1") > "a1"
    assert f.between("a5", "a1") > "a5"
    for damaged in ("", "a", "ñ", "a10", "0", "z" * 30, "A" * 30):
        assert f.between(damaged, None) == f.between(None, None)
        assert f.between("a1", damaged) > "a1"
