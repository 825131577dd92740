"""Repeats: rows come and go, rules run in the row they belong to, and nothing else runs."""

from __future__ import annotations

from typing import Any

import pytest

from app.errors import KipuError
from app.forms import Definition, FormError, Session, growing
from app.forms.instance import LiveNode
from tests.forms.conftest import NOW
from tests.forms.written import bind, definition, opened

MEMBERS = '<repeat nodeset="/d/m"><input ref="/d/m/age"/><input ref="/d/m/name"/></repeat>'


def members(binds: str = "", extra: str = "") -> Session:
    """A household whose members are added one by one."""
    form = definition(
        f"{extra}<m jr:template=''><age/><name/><sum/></m>",
        binds=bind("/d/m/age", type="int") + binds,
        body=MEMBERS,
    )
    return opened(form)


def test_a_repeat_with_a_template_begins_empty_and_grows() -> None:
    session = members()
    assert session.rows("/m") == ()
    outcome = session.add_repeat("/m")
    assert "/m" in outcome.changed
    assert "/m[1]/age" in outcome.changed
    session.set("/m[1]/age", 30)
    session.add_repeat("/m")
    session.set("/m[2]/age", 4)
    assert session.answers()["/m[2]/age"] == 4
    assert session.rows("/m") == ("/m[1]", "/m[2]")


def test_rows_the_form_itself_holds_are_there_from_the_start() -> None:
    form = definition("<m><age>1</age></m><m><age>2</age></m>", body=MEMBERS.replace("name", "age"))
    session = opened(form)
    assert [session.stored(f"{row}/age") for row in session.rows("/m")] == ["1", "2"]


def test_removing_a_row_moves_the_others_up() -> None:
    session = members(bind("/d/m/sum", calculate="position(..)"))
    for age in (10, 20, 30):
        session.add_repeat("/m")
        session.set(f"/m[{len(session.rows('/m'))}]/age", age)
    outcome = session.remove_repeat("/m[2]")
    assert session.value("/m[2]/age") == 30
    assert session.stored("/m[2]/sum") == "2"
    assert "/m[2]" in outcome.changed
    with pytest.raises(KipuError, match="no row 3"):
        session.value("/m[3]/age")


def test_a_row_added_in_the_middle() -> None:
    session = members(bind("/d/m/sum", calculate="position(..)"))
    for age in (10, 30):
        session.add_repeat("/m")
        session.set(f"/m[{len(session.rows('/m'))}]/age", age)
    session.add_repeat("/m", 2)
    assert [session.value(f"/m[{at}]/age") for at in (1, 2, 3)] == [10, None, 30]
    assert [session.stored(f"/m[{at}]/sum") for at in (1, 2, 3)] == ["1", "2", "3"]


def test_a_relative_path_means_the_same_row_and_so_does_an_absolute_one() -> None:
    session = members(
        bind("/d/m/sum", calculate="../age + 1") + bind("/d/m/name", calculate="/d/m/age + 2")
    )
    for age in (10, 20):
        session.add_repeat("/m")
        session.set(f"/m[{len(session.rows('/m'))}]/age", age)
    assert [session.stored(f"/m[{at}]/sum") for at in (1, 2)] == ["11", "21"]
    assert [session.stored(f"/m[{at}]/name") for at in (1, 2)] == ["12", "22"]


def test_figures_over_all_rows_follow_them() -> None:
    session = members(
        bind("/d/all", calculate="sum(/d/m/age)") + bind("/d/n", calculate="count(/d/m)"),
        extra="<all/><n/>",
    )
    for age in (10, 20):
        session.add_repeat("/m")
        session.set(f"/m[{len(session.rows('/m'))}]/age", age)
    assert (session.stored("/all"), session.stored("/n")) == ("30", "2")
    session.remove_repeat("/m[1]")
    assert (session.stored("/all"), session.stored("/n")) == ("20", "1")


def test_a_running_total_reads_the_row_before() -> None:
    before = "../../m[position() = position(current()/..) - 1]/sum"
    session = members(bind("/d/m/sum", calculate=f"../age + coalesce({before}, 0)"))
    for age in (1, 2, 3):
        session.add_repeat("/m")
        session.set(f"/m[{age}]/age", age)
    assert [session.stored(f"/m[{at}]/sum") for at in (1, 2, 3)] == ["1", "3", "6"]
    session.set("/m[1]/age", 10)
    assert session.stored("/m[3]/sum") == "15"
    session.remove_repeat("/m[2]")
    assert session.stored("/m[2]/sum") == "13"


def test_a_circle_inside_one_row_is_named() -> None:
    with pytest.raises(FormError, match=r"sum → name|name → sum"):
        members(bind("/d/m/sum", calculate="../name") + bind("/d/m/name", calculate="../sum"))


def test_relevance_and_constraints_belong_to_the_row() -> None:
    session = members(bind("/d/m/name", relevant="../age >= 18", constraint="string-length(.) > 2"))
    for age in (17, 18):
        session.add_repeat("/m")
        session.set(f"/m[{len(session.rows('/m'))}]/age", age)
    assert [session.is_relevant(f"/m[{at}]/name") for at in (1, 2)] == [False, True]
    assert session.set("/m[2]/name", "Jo").errors
    assert list(session.errors()) == ["/m[2]/name"]


def test_indexed_repeat_picks_any_row_from_anywhere() -> None:
    session = members(
        bind("/d/m/sum", calculate="indexed-repeat(/d/m/age, /d/m, 1)")
        + bind("/d/second", calculate="indexed-repeat(/d/m/age, /d/m, 2)"),
        extra="<second/>",
    )
    for age in (10, 20):
        session.add_repeat("/m")
        session.set(f"/m[{len(session.rows('/m'))}]/age", age)
    assert session.stored("/m[2]/sum") == "10"
    session.set("/m[1]/age", 11)
    assert session.stored("/m[2]/sum") == "11"
    assert session.stored("/second") == "20"


NESTED = definition(
    "<h jr:template=''><n/><m jr:template=''><age/><old/></m><total/></h><all/>",
    binds=bind("/d/h/n", type="int")
    + bind("/d/h/m/age", type="int")
    + bind("/d/h/total", calculate="sum(../m/age)")
    + bind("/d/h/m/old", calculate="../age > ../../n")
    + bind("/d/all", calculate="sum(/d/h/m/age)"),
    body='<repeat nodeset="/d/h"><input ref="/d/h/n"/><repeat nodeset="/d/h/m" jr:count="../n">'
    '<input ref="/d/h/m/age"/></repeat></repeat>',
)


def test_repeats_inside_repeats_with_a_count_of_their_own() -> None:
    session = opened(NESTED)
    for number in (1, 2):
        session.add_repeat("/h")
        session.set(f"/h[{number}]/n", number)
    assert session.rows("/h[2]/m") == ("/h[2]/m[1]", "/h[2]/m[2]")
    session.set("/h[1]/m[1]/age", 5)
    session.set("/h[2]/m[2]/age", 1)
    session.set("/h[2]/m[1]/age", 7)
    assert [session.stored(f"/h[{at}]/total") for at in (1, 2)] == ["5", "8"]
    assert session.stored("/all") == "13"
    assert session.stored("/h[2]/m[2]/old") == "false"
    session.set("/h[2]/n", 1)
    assert session.stored("/all") == "12"
    session.remove_repeat("/h[1]")
    assert session.stored("/all") == "7"


def test_indexed_repeat_inside_a_repeat_stays_in_its_row() -> None:
    form = definition(
        "<h jr:template=''><m jr:template=''><age/></m><second/></h><deep/>",
        binds=bind("/d/h/second", calculate="indexed-repeat(/d/h/m/age, /d/h/m, 2)")
        + bind("/d/deep", calculate="indexed-repeat(/d/h/m/age, /d/h, 2, /d/h/m, 1)"),
        body='<repeat nodeset="/d/h"><repeat nodeset="/d/h/m"><input ref="/d/h/m/age"/></repeat>'
        "</repeat>",
    )
    session = opened(form)
    for outer in (1, 2):
        session.add_repeat("/h")
        for inner in (1, 2):
            session.add_repeat(f"/h[{outer}]/m")
            session.set(f"/h[{outer}]/m[{inner}]/age", outer * 10 + inner)
    assert [session.stored(f"/h[{at}]/second") for at in (1, 2)] == ["12", "22"]
    assert session.stored("/deep") == "21"


def test_a_count_decides_and_people_may_not() -> None:
    session = opened(NESTED)
    session.add_repeat("/h")
    assert session.can_add("/h")
    assert not session.can_add("/h[1]/m")
    with pytest.raises(KipuError, match="set by the form"):
        session.add_repeat("/h[1]/m")


def test_rows_that_may_not_change() -> None:
    form = definition(
        "<m><age>1</age></m>",
        body='<repeat nodeset="/d/m" jr:noAddRemove="true()"><input ref="/d/m/age"/></repeat>',
    )
    with pytest.raises(KipuError, match="set by the form"):
        opened(form).remove_repeat("/m[1]")


@pytest.mark.parametrize(("count", "rows"), [("2.9", 2), ("-1", 0), ("x", 0), ("", 0)])
def test_odd_counts(count: str, rows: int) -> None:
    form = definition(
        f"<n>{count}</n><m jr:template=''><age/></m>",
        body='<input ref="/d/n"/><repeat nodeset="/d/m" jr:count="/d/n">'
        '<input ref="/d/m/age"/></repeat>',
    )
    assert len(opened(form).rows("/m")) == rows


def test_an_endless_count_is_told_and_bounded() -> None:
    form = definition(
        "<n>1000000</n><m jr:template=''><age/></m>",
        body='<input ref="/d/n"/><repeat nodeset="/d/m" jr:count="/d/n">'
        '<input ref="/d/m/age"/></repeat>',
    )
    session = opened(form)
    with pytest.raises(FormError, match="more rows"):
        session.refuse_faults()


def test_a_count_over_what_it_makes_does_not_run_for_ever() -> None:
    form = definition(
        "<m jr:template=''><age/></m>",
        body='<repeat nodeset="/d/m" jr:count="count(/d/m) + 1"><input ref="/d/m/age"/></repeat>',
        binds=bind("/d/m/age", type="int"),
    )
    session = opened(form)
    session.refuse_faults()
    session.set("/m[1]/age", 9)
    assert len(session.rows("/m")) == 1


def test_counts_inside_counts_are_bounded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = '<repeat nodeset="/d/m/k" jr:count="/d/n"><input ref="/d/m/k/a"/></repeat>'
    form = definition(
        "<n/><m jr:template=''><k jr:template=''><a/><b/></k></m>",
        body=f'<input ref="/d/n"/><repeat nodeset="/d/m" jr:count="/d/n">{inner}</repeat>',
    )
    session = opened(form)
    session.set("/n", 20)
    assert len(session.rows("/m[20]/k")) == 20
    made, add_row = [], growing.add_row

    def counted(*where: Any) -> LiveNode:
        made.append(where)
        return add_row(*where)

    monkeypatch.setattr(growing, "add_row", counted)
    session.set("/n", 5_000)
    # The window waits for them.
    assert len(made) < 10_000
    with pytest.raises(FormError, match="more rows at once"):
        session.refuse_faults()
    session.set("/n", 2)
    session.refuse_faults()
    assert len(session.rows("/m")) == 2


def test_a_sum_leaves_out_what_does_not_apply() -> None:
    session = members(
        bind("/d/m/age", type="int", relevant="../name != 'x'")
        + bind("/d/all", calculate="concat(sum(/d/m/age), '/', count(/d/m/age))"),
        extra="<all/>",
    )
    for age in (10, 20):
        session.add_repeat("/m")
        session.set(f"/m[{len(session.rows('/m'))}]/age", age)
    assert session.stored("/all") == "30/2"
    session.set("/m[1]/name", "x")
    assert session.stored("/all") == "20/1"


def test_asking_until_there_are_no_more() -> None:
    form = definition(
        "<m jr:template=''><more/></m>",
        body="<repeat nodeset='/d/m' jr:count=\"count(/d/m[more = 'yes']) + 1\">"
        "<input ref='/d/m/more'/></repeat>",
    )
    session = opened(form)
    assert len(session.rows("/m")) == 1
    session.set("/m[1]/more", "yes")
    session.set("/m[2]/more", "yes")
    assert len(session.rows("/m")) == 3
    session.set("/m[1]/more", "no")
    assert len(session.rows("/m")) == 2


def test_what_does_not_apply_is_left_out_but_kept() -> None:
    session = members(bind("/d/m", relevant="/d/any = 'yes'"), extra="<any/>")
    session.set("/any", "yes")
    session.add_repeat("/m")
    session.set("/m[1]/age", 9)
    session.set("/any", "no")
    assert "/m[1]/age" not in session.answers()
    assert "<m>" not in session.to_xml()
    session.set("/any", "yes")
    assert session.answers()["/m[1]/age"] == 9


def test_the_outline_names_rows() -> None:
    session = members()
    session.add_repeat("/m")
    told = [(one.path, one.kind, one.depth) for one in session.outline()]
    assert told == [
        ("/m", "repeat", 0),
        ("/m[1]", "row", 1),
        ("/m[1]/age", "question", 2),
        ("/m[1]/name", "question", 2),
    ]
    assert list(session.walk()) == ["/m[1]/age", "/m[1]/name"]


def test_a_group_around_a_repeat_is_no_line_of_the_outline() -> None:
    form = definition(
        "<h jr:template=''><m jr:template=''><age/></m><g><x/></g></h>",
        body='<group ref="/d/h"><label>House</label><repeat nodeset="/d/h">'
        '<group ref="/d/h/m"><label>Member</label><repeat nodeset="/d/h/m">'
        '<input ref="/d/h/m/age"/></repeat></group>'
        '<group ref="/d/h/g" appearance="field-list"><input ref="/d/h/g/x"/></group>'
        "</repeat></group>",
    )
    session = opened(form)
    session.add_repeat("/h")
    session.add_repeat("/h[1]/m")
    assert [(one.path, one.depth) for one in session.outline()] == [
        ("/h", 0),
        ("/h[1]", 1),
        ("/h[1]/m", 2),
        ("/h[1]/m[1]", 3),
        ("/h[1]/m[1]/age", 4),
        ("/h[1]/g", 2),
        ("/h[1]/g/x", 3),
    ]
    assert [page.questions for page in session.pages()] == [("/h[1]/m[1]/age",), ("/h[1]/g/x",)]
    assert session.trail("/h[1]/m[1]/age") == ("House", "Member")


def test_a_draft_brings_rows_back_empty_ones_too() -> None:
    session = members()
    for _row in range(3):
        session.add_repeat("/m")
    session.set("/m[2]/age", 5)
    draft = session.draft()
    assert draft == {"/meta/instanceID": draft["/meta/instanceID"], "/m": 3, "/m[2]/age": 5}
    again = Session(session.definition, draft, now=lambda: NOW)
    assert again.draft() == draft


def test_a_row_of_a_draft_that_the_form_cannot_hold_is_kept_aside() -> None:
    session = Session(members().definition, {"/m": 1, "/m[7]/age": 3}, now=lambda: NOW)
    assert session.strays == {"/m[7]/age": 3}


def test_a_response_comes_back_from_its_xml() -> None:
    session = opened(NESTED)
    session.add_repeat("/h")
    session.set("/h[1]/n", 2)
    session.set("/h[1]/m[2]/age", 3)
    again = Session.from_xml(session.definition, session.to_xml(), now=lambda: NOW)
    assert again.answers() == session.answers()
    with pytest.raises(FormError, match="another form"):
        Session.from_xml(session.definition, "<other/>")


def test_an_edited_response_remembers_what_it_was() -> None:
    session = opened(definition("<a>1</a>", body='<input ref="/d/a"/>'))
    former = session.stored("/meta/instanceID")
    edited = Session.from_xml(session.definition, session.to_xml(), edit=True, now=lambda: NOW)
    assert edited.stored("/meta/deprecatedID") == former
    assert edited.stored("/meta/instanceID") not in ("", former)


def test_a_label_quotes_its_own_row() -> None:
    form = definition(
        "<m><name/><age/></m><m><name/><age/></m>",
        body='<repeat nodeset="/d/m"><input ref="/d/m/name"/><input ref="/d/m/age">'
        '<label>Age of <output value="../name"/></label></input></repeat>',
    )
    session = opened(form)
    outcome = session.set("/m[2]/name", "Ana")
    assert "/m[2]/age" in outcome.changed
    assert "/m[1]/age" not in outcome.changed
    assert session.state("/m[2]/age").label == "Age of Ana"
    assert session.state("/m[1]/age").label == "Age of"


def test_a_label_that_counts_rows_is_told_when_they_change() -> None:
    form = definition(
        "<n/><m jr:template=''><age/></m>",
        body='<input ref="/d/n"><label>Of <output value="count(/d/m)"/></label></input>'
        '<repeat nodeset="/d/m"><input ref="/d/m/age"/></repeat>',
    )
    session = opened(form)
    assert "/n" in session.add_repeat("/m").changed
    assert session.state("/n").label == "Of 1"
    assert "/n" in session.remove_repeat("/m[1]").changed


def test_an_answer_in_one_row_runs_no_rule_of_another() -> None:
    session = members(bind("/d/m/sum", calculate="../age + 1"))
    for _row in range(50):
        session.add_repeat("/m")
    outcome = session.set("/m[7]/age", 1)
    assert set(outcome.changed) == {"/m[7]/age", "/m[7]/sum"}


def test_repeats_pass_the_door() -> None:
    form: Definition = members().definition
    form.refuse_unsupported()
