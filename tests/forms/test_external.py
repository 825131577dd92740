"""Choices of a sheet of their own become part of the form."""

from __future__ import annotations

import pytest

from app.forms import FormError, Session, from_file

FORM = """
| survey   |              |        |                |               |
|          | type         | name   | label          | choice_filter |
|          | select_one s | state  | State          |               |
|          | select_one_external cities | city | City | state=${state} |
| choices  |              |        |                |               |
|          | list_name    | name   | label          |               |
|          | s            | pa     | Pastaza        |               |
|          | s            | na     | Napo           |               |
| external_choices |      |        |                |               |
|          | list_name    | name   | label          | state         |
|          | cities       | puyo   | Puyo           | pa            |
|          | cities       | tena   | Tena           | na            |
"""


def test_they_are_offered_as_the_filter_says() -> None:
    session = Session(from_file(FORM.encode(), "f.md"))
    assert session.state("/city").choices == ()
    session.set("/state", "pa")
    assert session.state("/city").choices == (("puyo", "Puyo"),)
    assert session.state("/city").kind == "select_one"
    session.set("/city", "puyo")
    session.set("/state", "na")
    assert session.value("/city") is None


def test_an_xform_whose_choices_lie_elsewhere_is_refused() -> None:
    outside = (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">'
        "<h:head><h:title>f</h:title><model><instance><f id='f'><city/></f></instance>"
        "<bind nodeset='/f/city' type='string'/></model></h:head>"
        "<h:body><input ref='/f/city' query=\"instance('c')/root/item\"><label>City</label></input>"
        "</h:body></h:html>"
    )
    with pytest.raises(FormError, match=r"itemsets\.csv"):
        from_file(outside.encode(), "f.xml")
