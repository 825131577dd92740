"""Whatever the form and the order of answers: small steps end where one big step would."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.forms import Definition, FormError, Session
from app.forms.reading import IDENTIFIER
from tests.forms.conftest import NOW

SIZE = 8
RULES = ("relevant", "calculate", "constraint", "required", "readonly")


def xform(binds: list[dict[str, str]], grouped: set[int]) -> str:
    """Return a form of ``SIZE`` integers q0… with these rules; some sit in the group ``g``."""
    inside = "".join(f"<q{at}/>" for at in sorted(grouped))
    outside = "".join(f"<q{at}/>" for at in range(SIZE) if at not in grouped)
    rules = "".join(
        f'<bind nodeset="{full(at, grouped)}" type="int" '
        + " ".join(f'{rule}="{text}"' for rule, text in bind.items())
        + "/>"
        for at, bind in enumerate(binds)
    )
    inputs = "".join(f'<input ref="{full(at, grouped)}"/>' for at in range(SIZE))
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">'
        f"<h:head><model><instance><data id='x'>{outside}<g>{inside}</g></data></instance>{rules}"
        f'<bind nodeset="/data/g" relevant="{full(0, grouped)} &lt; 5"/>'
        f"</model></h:head><h:body>{inputs}</h:body></h:html>"
    )


def full(at: int, grouped: set[int]) -> str:
    return f"/data/g/q{at}" if at in grouped else f"/data/q{at}"


@st.composite
def forms(draw: st.DrawFn) -> Definition:
    grouped = draw(st.sets(st.integers(1, SIZE - 1), min_size=1))
    binds = []
    for at in range(SIZE):
        earlier = st.integers(0, max(at - 1, 0)).map(lambda other: full(other, grouped))
        texts = {
            "relevant": st.builds(
                "{} &gt; {} or {} = ''".format, earlier, st.integers(0, 6), earlier
            ),
            "calculate": st.builds("coalesce({}, 1) + {}".format, earlier, st.integers(0, 3)),
            "constraint": st.builds(". &gt; {} or {} = 2".format, earlier, earlier),
            "required": st.builds("{} &gt; 1".format, earlier),
            "readonly": st.builds("{} = 99".format, earlier),
        }
        chosen = draw(st.sets(st.sampled_from(RULES), max_size=3)) if at else set()
        binds.append({rule: draw(texts[rule]) for rule in sorted(chosen)})
    return Definition.from_xform(xform(binds, grouped))


answers = st.lists(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, 7) | st.just("") | st.just("x")),
    max_size=20,
)


def inputs_of(form: Definition) -> dict[int, str]:
    """Return the paths a person answers: what is calculated is not theirs."""
    paths = {int(path[-1]): path for path in form.questions if path[-1].isdigit()}
    return {
        at: path
        for at, path in paths.items()
        if path not in form.binds or form.binds[path].calculate is None
    }


def picture(session: Session) -> dict[str, object]:
    """Return all there is to see of a session."""
    return {
        path: (session.state(path), session.value(path)) for path in session.definition.questions
    }


@given(forms(), answers)
def test_recomputing_what_was_touched_equals_recomputing_everything(
    form: Definition, given_answers: list[tuple[int, int | str]]
) -> None:
    session, paths = Session(form, now=lambda: NOW), inputs_of(form)
    for at, value in given_answers:
        if at in paths:
            before = picture(session)
            changed = set(session.set(paths[at], value).changed)
            after = picture(session)
            assert {path for path in after if after[path] != before[path]} <= changed
    afresh = Session(form, session.draft(), now=lambda: NOW)
    assert shown(afresh) == shown(session)
    assert afresh.answers() == session.answers()
    assert afresh.errors() == session.errors()


def shown(session: Session) -> dict[str, object]:
    # What a calculation held before it ceased to be relevant is history, not state.
    return {path: seen for path, seen in picture(session).items() if session.is_relevant(path)}


@given(forms(), st.dictionaries(st.integers(0, SIZE - 1), st.integers(0, 7)), st.randoms())
def test_the_order_of_the_answers_does_not_matter(
    form: Definition, given_answers: dict[int, int], shuffler: object
) -> None:
    paths = inputs_of(form)
    first, second = (Session(form, now=lambda: NOW) for _each in range(2))
    order = [at for at in given_answers if at in paths]
    for at in order:
        first.set(paths[at], given_answers[at])
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    for at in order:
        second.set(paths[at], given_answers[at])
    own = {IDENTIFIER: None}
    assert shown(first) | own == shown(second) | own


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_a_form_either_has_an_order_or_names_its_circle(edges: list[tuple[int, int]]) -> None:
    grouped = {SIZE - 1}
    sums: dict[int, str] = {}
    for reader, read in edges:
        sums[reader] = f"{sums[reader]} + /data/q{read}" if reader in sums else f"/data/q{read}"
    binds = [{"calculate": sums[at]} if at in sums else {} for at in range(SIZE)]
    try:
        form = Definition.from_xform(xform(binds, grouped))
    except FormError as error:
        names = error.problems[0].message.rpartition(": ")[2].rstrip(".").split(" → ")
        assert names[0] == names[-1]
        links = {(f"q{reader}", f"q{read}") for reader, read in edges}
        assert all(pair in links for pair in pairwise(names))
    else:
        assert len(form.graph.rules) == len(sums) + 1
