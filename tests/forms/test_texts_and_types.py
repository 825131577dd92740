"""Short labels, media beside texts, and answers of the kinds only some forms have."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.forms import FormError
from tests.forms.written import bind, definition, opened

TEXTS = (
    '<itext><translation lang="es"><text id="a"><value>¿Dónde está?</value>'
    '<value form="short">Lugar</value><value form="image">jr://images/map.png</value></text>'
    '<text id="c"><value>Sí</value><value form="audio">jr://audio/si.mp3</value></text>'
    "</translation></itext>"
)


def test_short_labels_and_media_are_told() -> None:
    form = definition(
        "<a/>",
        model=TEXTS,
        body='<select1 ref="/d/a"><label ref="jr:itext(\'a\')"/>'
        "<item><label ref=\"jr:itext('c')\"/><value>si</value></item></select1>",
    )
    session = opened(form)
    state = session.state("/a")
    assert (state.label, state.short_label) == ("¿Dónde está?", "Lugar")
    assert state.media == {"image": "jr://images/map.png"}
    assert session.choice_media("/a") == {"si": {"audio": "jr://audio/si.mp3"}}
    form.refuse_unsupported()


@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        ("geotrace", "0 1; 0 91;", "0 1 0.0 0.0;0 91 0.0 0.0"),
        ("geotrace", "0 1", ""),
        ("geoshape", "0 1;0 2;1 1", "0 1 0.0 0.0;0 2 0.0 0.0;1 1 0.0 0.0"),
        ("geoshape", "0 1;0 2", ""),
        ("geoshape", "0 1;0 2;91 1", ""),
        ("barcode", "0042", "0042"),
        ("boolean", "true", "true"),
        ("binary", "foto.jpg", "foto.jpg"),
    ],
)
def test_what_is_stored_for_each_kind(kind: str, given: str, stored: str) -> None:
    session = opened(definition("<a/>", binds=bind("/d/a", type=kind), body='<input ref="/d/a"/>'))
    session.set("/a", given)
    assert session.stored("/a") == stored


@pytest.mark.parametrize(
    ("given", "stored"), [("-1", "-1"), ("1.5", "1.5"), ("-5", ""), ("2.5", ""), ("0.3", "")]
)
def test_a_range_takes_its_steps_only(given: str, stored: str) -> None:
    form = definition(
        "<a/>",
        binds=bind("/d/a", type="decimal"),
        body='<range ref="/d/a" start="-2.0" end="2.0" step="0.5"/>',
    )
    session = opened(form)
    assert bool(session.set("/a", given)) is bool(stored)
    assert session.stored("/a") == stored


def test_a_range_without_bounds_takes_any_number() -> None:
    form = definition("<a/>", binds=bind("/d/a", type="int"), body='<range ref="/d/a"/>')
    session = opened(form)
    session.set("/a", 7)
    assert session.stored("/a") == "7"


def test_a_rank_keeps_its_order() -> None:
    items = "".join(f"<item><label>{one}</label><value>{one}</value></item>" for one in "abc")
    session = opened(definition("<a/>", body=f'<odk:rank ref="/d/a">{items}</odk:rank>'))
    session.set("/a", ["c", "a", "b"])
    assert session.stored("/a") == "c a b"


def test_a_kind_of_media_must_be_one() -> None:
    with pytest.raises(FormError, match="kind of media"):
        definition("<a/>", body='<upload ref="/d/a" mediatype=".jpg"/>')


def test_what_is_missing_is_told_at_the_door() -> None:
    form = definition("<a/>", body='<input ref="/d/nowhere"/><input ref="/d/a"/>')
    assert list(opened(form).walk()) == ["/a"]
    with pytest.raises(FormError, match="/d/nowhere"):
        form.refuse_unsupported()


def test_attributes_have_rules_too_and_are_refused_at_the_door() -> None:
    form = definition(
        "<a/><g kind=''><b/></g>",
        binds=bind("/d/g/@kind", calculate="concat(/d/a, '!')")
        + bind("/d/g/b", calculate="../@kind"),
        body='<input ref="/d/a"/>',
    )
    session = opened(form)
    session.set("/a", "x")
    assert session.stored("/g/@kind") == "x!"
    assert session.stored("/g/b") == "x!"
    assert 'kind="x!"' in session.to_xml()
    with pytest.raises(FormError, match="attributes"):
        form.refuse_unsupported()


def test_a_signed_text_is_read_only_with_the_right_key() -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    text = base64.b64encode(key.sign(b"Ana") + b"Ana").decode()
    keys = [
        base64.b64encode(one.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
        for one in (key, other)
    ]
    form = definition(
        "<a/><b/><c/>",
        binds="".join(
            bind(f"/d/{name}", calculate=f"extract-signed('{text}', '{one}')")
            for name, one in zip("abc", [*keys, "x"], strict=True)
        ),
    )
    session = opened(form)
    assert [session.stored(f"/{name}") for name in "abc"] == ["Ana", "", ""]
