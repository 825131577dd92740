"""Whatever is added, removed and answered: the response stands as if opened anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.forms import Session
from tests.forms.conftest import NOW
from tests.forms.written import bind, definition, opened

FORM = definition(
    "<k/><h jr:template=''><a/><b/><m jr:template=''><c/><e/><f/></m><s/></h><all/><n/>",
    binds=bind("/d/k", type="int")
    + bind("/d/h/a", type="int")
    + bind("/d/h/b", calculate="../a + position(..) + coalesce(/d/k, 0)")
    + bind("/d/h/m/c", type="int", relevant="coalesce(../../a, 0) < 5")
    + bind("/d/h/m/e", calculate="concat(/d/h/a, '-', /d/h/m/c, '-', position(..))")
    + bind("/d/h/m/f", calculate="count(../../../h) * 10 + count(/d/h/m)")
    + bind("/d/h/s", calculate="concat(../m/c)")
    + bind("/d/all", calculate="concat(/d/h/m/e)")
    + bind("/d/n", calculate="count(/d/h[a > 3])"),
    body='<input ref="/d/k"/><repeat nodeset="/d/h"><input ref="/d/h/a"/>'
    '<repeat nodeset="/d/h/m"><input ref="/d/h/m/c"/></repeat></repeat>',
)
STEP = st.tuples(
    st.sampled_from(["k", "a", "c", "add h", "add m", "drop h", "drop m"]),
    st.integers(0, 3),
    st.integers(0, 3),
    st.one_of(st.none(), st.integers(0, 9)),
)
Step = tuple[str, int, int, int | None]


def row(session: Session, path: str, at: int) -> str | None:
    """Return one of the rows there are, or None."""
    rows = session.rows(path)
    return rows[at % len(rows)] if rows else None


def take(session: Session, step: Step) -> None:
    """Do one thing, where it can be done."""
    what, one, other, value = step
    if what == "k":
        session.set("/k", value)
    elif what == "add h":
        session.add_repeat("/h", min(one, len(session.rows("/h"))) + 1)
    else:
        outer = row(session, "/h", one)
        if outer is not None:
            _inside(session, outer, what, other, value)


def _inside(session: Session, outer: str, what: str, other: int, value: int | None) -> None:
    if what == "a":
        session.set(f"{outer}/a", value)
    elif what == "drop h":
        session.remove_repeat(outer)
    elif what == "add m":
        session.add_repeat(f"{outer}/m")
    else:
        inner = row(session, f"{outer}/m", other)
        if inner is not None and what == "c":
            session.set(f"{inner}/c", value)
        elif inner is not None:
            session.remove_repeat(inner)


@given(st.lists(STEP, max_size=25))
def test_small_steps_end_where_opening_anew_does(steps: list[Step]) -> None:
    session = opened(FORM)
    for step in steps:
        take(session, step)
    again = Session(FORM, session.draft(), now=lambda: NOW)
    assert again.answers() == session.answers()
    assert again.errors() == session.errors()
    assert again.outline() == session.outline()


@given(st.lists(STEP, max_size=12), STEP)
def test_what_did_not_change_was_not_told(steps: list[Step], last: Step) -> None:
    session = opened(FORM)
    for step in steps:
        take(session, step)
    before, rows = session.answers(), session.outline()
    if "drop" in last[0] or "add" in last[0]:
        return
    what, one, other, value = last
    outer = row(session, "/h", one)
    path = "/k" if what == "k" else f"{outer}/a" if what == "a" else ""
    if what == "c" and outer is not None:
        inner = row(session, f"{outer}/m", other)
        path = f"{inner}/c" if inner else ""
    if not path or path.startswith("None"):
        return
    outcome = session.set(path, value)
    after = session.answers()
    differing = {one for one in before | after if before.get(one) != after.get(one)}
    assert differing <= set(outcome.changed)
    assert [one.path for one in session.outline()] == [one.path for one in rows]


@given(st.lists(STEP, max_size=15))
def test_xml_and_back(steps: list[Step]) -> None:
    session = opened(FORM)
    for step in steps:
        take(session, step)
    again = Session.from_xml(FORM, session.to_xml(), now=lambda: NOW)
    assert again.answers() == session.answers()
