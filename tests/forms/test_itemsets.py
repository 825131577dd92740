"""Choices from lists, files and repeats: filtered, shuffled, translated, looked up."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.forms import Definition, FormError, Session
from app.forms.xpath.functions.nodesets import shuffle
from app.forms.xpath.nodes import Node
from tests.forms.written import bind, definition, opened

CSV = b"name,label,province\nbanos,Ba\xc3\xb1os,tungurahua\npuyo,Puyo,pastaza\nmera,Mera,pastaza\n"


def select(nodeset: str, value: str = "name", label: str = "label", source: str = "") -> Definition:
    """A form with a province and a choice from ``nodeset``."""
    src = f' src="{source}"' if source else ""
    return definition(
        "<p/><c/>",
        model=f'<instance id="l"{src}/>',
        body='<input ref="/d/p"/><select1 ref="/d/c">'
        f'<itemset nodeset="{nodeset}"><value ref="{value}"/><label ref="{label}"/></itemset>'
        "</select1>",
    )


def names(session: Session, path: str = "/c") -> list[str]:
    return [value for value, _label in session.state(path).choices]


def test_choices_from_a_csv_follow_the_answer() -> None:
    form = select("instance('l')/root/item[province = /d/p]", source="jr://file-csv/l.csv")
    session = opened(form, media={"l.csv": CSV})
    assert names(session) == []
    outcome = session.set("/p", "pastaza")
    assert "/c" in outcome.changed
    assert session.state("/c").choices == (("puyo", "Puyo"), ("mera", "Mera"))
    assert not session.set("/c", "puyo").errors
    assert session.set("/c", "banos").errors
    session.set("/c", "puyo")
    session.set("/p", "tungurahua")
    assert session.value("/c") is None


def test_choices_from_geojson_and_xml() -> None:
    point = {"type": "Point", "coordinates": [-78.0, -1.5]}
    features = [{"type": "Feature", "id": "f1", "geometry": point, "properties": {"title": "Uno"}}]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    form = select("instance('l')/root/item", "id", "title", "jr://file/l.geojson")
    assert opened(form, media={"l.geojson": data}).state("/c").choices == (("f1", "Uno"),)
    xml = b"<root><item><name>a</name><label>A</label></item></root>"
    form = select("instance('l')/root/item", source="jr://file/l.xml")
    assert opened(form, media={"l.xml": xml}).state("/c").choices == (("a", "A"),)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("l.csv", None),
        ("l.csv", b"\xff\xfe"),
        ("l.geojson", b"[]"),
        ("l.geojson", b"{"),
        ("l.geojson", b"[" * 200_000),
        ("l.geojson", b'{"features": [1]}'),
        ("l.geojson", b'{"features": [{"geometry": {"type": "Point", "coordinates": [1]}}]}'),
        ("l.csv", b"a,b\n" + b"1,2\n" * 600_000),
        ("l.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
    ],
)
def test_a_file_that_cannot_be_read_offers_nothing(name: str, data: bytes | None) -> None:
    form = select("instance('l')/root/item", source=f"jr://file/{name}")
    session = opened(form, media={} if data is None else {name: data})
    assert session.state("/c").choices == ()
    assert session.set("/c", "a").errors["/c"]
    assert session.value("/c") == "a"
    again = opened(form, answers=session.draft(), media={} if data is None else {name: data})
    assert (again.value("/c"), again.stored("/c")) == ("a", "")


def test_choices_from_a_repeat_follow_its_rows() -> None:
    form = definition(
        "<m jr:template=''><name/></m><head/>",
        body='<repeat nodeset="/d/m"><input ref="/d/m/name"/></repeat>'
        "<select1 ref='/d/head'><itemset nodeset=\"/d/m[./name != '']\">"
        "<value ref='name'/><label ref='name'/></itemset></select1>",
    )
    session = opened(form)
    for name in ("Ana", "Luz"):
        session.add_repeat("/m")
        session.set(f"/m[{len(session.rows('/m'))}]/name", name)
    assert names(session, "/head") == ["Ana", "Luz"]
    session.set("/head", "Luz")
    outcome = session.set("/m[2]/name", "Lucía")
    assert "/head" in outcome.changed
    assert session.value("/head") is None
    session.remove_repeat("/m[1]")
    assert names(session, "/head") == ["Lucía"]


def inline(nodeset: str) -> Definition:
    items = "".join(f"<item><name>{one}</name><itextId>t-{one}</itextId></item>" for one in "abcd")
    texts = "".join(
        f'<translation lang="{lang}">'
        + "".join(f'<text id="t-{one}"><value>{lang} {one}</value></text>' for one in "abcd")
        + "</translation>"
        for lang in ("en", "es")
    )
    return definition(
        "<p>3</p><c/><n/>",
        model=f'<itext>{texts}</itext><instance id="l"><root>{items}</root></instance>',
        binds=bind("/d/n", calculate="jr:choice-name(/d/c, '/d/c')"),
        body=f'<input ref="/d/p"/><select1 ref="/d/c"><itemset nodeset="{nodeset}">'
        '<value ref="name"/><label ref="jr:itext(itextId)"/></itemset></select1>',
    )


def test_a_seed_gives_the_same_order_everywhere() -> None:
    session = opened(inline("randomize(instance('l')/root/item, 42)"))
    expected = [node.value for node in shuffle([Node("element", "i", one) for one in "abcd"], 42)]
    assert names(session) == expected
    assert sorted(names(session)) == list("abcd")


def test_the_seed_may_be_an_answer_and_labels_are_translated() -> None:
    session = opened(inline("randomize(instance('l')/root/item[name != 'a'], /d/p)"))
    assert sorted(names(session)) == ["b", "c", "d"]
    session.set("/c", "b")
    assert session.stored("/n") == "en b"
    session.set_language("es")
    assert dict(session.state("/c").choices)["b"] == "es b"
    assert session.stored("/n") == "es b"


def test_pulldata_reads_one_field() -> None:
    form = definition(
        "<p>puyo</p><r/>",
        model='<instance id="l" src="jr://file-csv/l.csv"/>',
        binds=bind("/d/r", calculate="pulldata('l', 'province', 'name', /d/p)"),
        body='<input ref="/d/p"/>',
    )
    session = opened(form, media={"l.csv": CSV})
    assert session.stored("/r") == "pastaza"
    session.set("/p", "nowhere")
    assert session.stored("/r") == ""


def test_a_form_without_its_files_is_refused_at_the_door() -> None:
    form = select("instance('l')/root/item", source="jr://file-csv/l.csv")
    with pytest.raises(FormError, match=r"needs the file “l\.csv”"):
        form.refuse_unsupported()
    form.refuse_unsupported({"l.csv"})


CONDITIONS = (
    "province = /d/p",
    "/d/p = province",
    "province = /d/p and name != 'n3'",
    "name = 'n1' or province = /d/p",
    "province = /d/p][1",
    "position() = 2 and province = /d/p",
    "province = string(/d/p)][position() < 3",
    "size = 2",
    "province = concat('p', size)",
)


@given(st.sampled_from(CONDITIONS), st.sampled_from(["p0", "p1", "p2", ""]), st.integers(0, 999))
def test_looking_up_finds_what_walking_finds(condition: str, asked: str, seed: int) -> None:
    chance = random.Random(seed)
    rows = [(f"n{at}", f"p{chance.randrange(3)}", chance.randrange(3)) for at in range(12)]
    csv = "name,province,size\n" + "".join(f"{a},{b},{c}\n" for a, b, c in rows)
    condition = condition.replace("<", "&lt;")
    # A union is never looked up: it is walked.
    form = definition(
        f"<p>{asked}</p><looked/><walked/>",
        model='<instance id="l" src="jr://file-csv/l.csv"/>',
        binds=bind("/d/looked", calculate=f"join(' ', instance('l')/root/item[{condition}]/name)")
        + bind(
            "/d/walked",
            calculate=f"join(' ', instance('l')/root/*[name() = 'item'][{condition}]/name)",
        ),
    )
    session = opened(form, media={"l.csv": csv.encode()})
    assert session.stored("/looked") == session.stored("/walked")
