"""Made-up interviews: repeatable, whole, and honest about what never comes up."""

from __future__ import annotations

from pathlib import Path

from app.forms import from_file
from app.forms.preview import never_asked, preview
from tests.forms.conftest import form_of

FORM = """
    # survey
    type | name | label | relevant | constraint | required
    note | hello | Hello | | |
    select_one l | kind | What kind? | | | yes
    integer | many | How many ${kind}? | ${kind} = 'a' | . > 3 and . < 7 | yes
    text | never | Never | ${kind} = 'z' | |
    begin repeat | r | Row | | |
    text | what | What? | | |
    end repeat | | | | |
    # choices
    list_name | name | label
    l | a | A
    l | b | B
"""


def test_the_same_seed_makes_the_same_interview() -> None:
    form = form_of(FORM)
    assert preview(form, 7) == preview(form, 7)
    assert len({tuple(preview(form, seed).asked) for seed in range(10)}) > 5


def test_an_interview_goes_to_its_end_and_takes_only_what_the_form_takes() -> None:
    form = form_of(FORM)
    for seed in range(20):
        found = preview(form, seed)
        assert found.ok, found.errors
        asked = {one.name: one for one in found.asked}
        assert list(asked)[:2] == ["hello", "kind"]
        if asked["kind"].answer == "a":
            assert 3 < int(asked["many"].answer) < 7
            assert asked["many"].label == "How many a?"
        else:
            assert "many" not in asked
        assert any(one.path.startswith("/r[1]/") for one in found.asked)


def test_what_no_interview_came_to_is_named() -> None:
    form = form_of(FORM)
    runs = [preview(form, seed) for seed in range(10)]
    assert [one.name for one in never_asked(form, runs)] == ["never"]


def test_an_answer_the_form_never_takes_is_told() -> None:
    form = form_of("# survey\ntype | name | label | constraint | required\n"
                   "integer | n | N | . > 5 and . < 3 | yes\n")  # fmt: skip
    found = preview(form, 1)
    assert not found.ok
    assert found.asked[0].error == "This answer is not allowed."
    assert found.asked[0].answer == ""


def test_real_forms_are_filled(shared: Path) -> None:
    for name in ("who-verbal-autopsy.xlsx", "widgets.xls", "socio-economic-survey.xlsx"):
        form = from_file((shared / "forms" / name).read_bytes(), name)
        assert preview(form, 1).asked
