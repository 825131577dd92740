"""What the desk of a focus group asks of the project, in the worker, and how it reads there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n import _
from app.models.commands import group_talks as talking
from app.models.fields import MultiChoice
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import groups
from app.models.queries.groups import Seat, Table, Turn
from app.models.records import kind
from app.models.sitting import OpenTurn, Sitting, clock
from app.models.vocabulary import Verb
from app.views.record_reads import may
from app.views.widgets.seat_circle import Sitter
from app.views.widgets.turn_list import TurnRow


@dataclass(frozen=True, slots=True)
class Opened:
    """A group at the desk, and whether this laptop's role may write there."""

    table: Table
    may_write: bool


def opened(project: Project, group: RecordKey) -> Opened:
    """Open a group's desk; a clock that a closed window left running stands."""
    return _opened(project, group, resuming=True)


def again(project: Project, group: RecordKey) -> Opened:
    """Read a group anew while its desk is open."""
    return _opened(project, group, resuming=False)


def _opened(project: Project, group: RecordKey, resuming: bool) -> Opened:
    table = groups.table(project, group, resuming)
    return Opened(table, may(project, "turn", Verb.CREATE, group.space))


def begin_talk(
    project: Project, group: RecordKey, sitting: Sitting, following: OpenTurn
) -> tuple[talking.Advanced, Touched]:
    """Start the talk and its first turn together."""
    after, touched = talking.start_talk(project, group, sitting)
    advanced, more = talking.advance(project, group, after, following)
    touched.merge(more)
    return advanced, touched


# -- in words ----------------------------------------------------------------------------------------


def sitters(table: Table, speaking: str) -> list[Sitter]:
    """The seats as the circle shows them."""
    shares = groups.shares(table.turns)
    return [
        Sitter(
            one.id, one.alias, one.hotkey, shares.get(one.id, 0.0), limits(one), one.id == speaking
        )
        for one in table.seated()
    ]


def limits(seat: Seat) -> tuple[str, ...]:
    """What somebody did not agree to, in words."""
    found = []
    if seat.recording is not True:
        found.append(_("not to be recorded"))
    if seat.quotes is not True:
        found.append(_("not to be quoted"))
    return tuple(found)


def rows(table: Table) -> list[TurnRow]:
    """The turns as the list shows them."""
    gone = {one.id for one in table.seats if one.takes_part is not True}
    return [_row(one, one.speaker in gone) for one in table.turns]


def _row(one: Turn, is_gone: bool) -> TurnRow:
    marks = []
    if one.quotable:
        marks.append(_("“ may be quoted"))
    if one.language:
        marks.append(kind("turn").field("language").format([one.language]))
    if is_gone:
        marks.append(_("withdrew: is not printed"))
    text = one.text or _("(no words)")
    return TurnRow(one.key.id.hex(), clock(one.starts_s), one.alias or "–", text, " · ".join(marks))


def languages(table: Table) -> list[tuple[str, str]]:
    """The languages to choose from, those of the group first; the empty code says nothing."""
    declared = kind("turn").field("language")
    assert isinstance(declared, MultiChoice)
    own = table.values.get("languages")
    first = [str(one) for one in own] if isinstance(own, list) else []
    rest = [code for code, _label in declared.choices if code not in first]
    return [("", "–"), *((code, declared.format([code])) for code in (*first, *rest))]


def speakers(table: Table) -> list[tuple[str, str, bool]]:
    """Who may speak: id, alias, and whether they may be quoted."""
    found = [(one.id, one.alias, one.quotes is True) for one in table.seated()]
    return [*found, ("", _("Moderator"), False), ("", _("Several"), False)]


def keys(table: Table) -> list[tuple[str, str]]:
    """The keys that start turns, with whose they are."""
    found = [(one.hotkey, one.alias) for one in table.seated() if one.hotkey]
    return [*found, ("0", _("Moderator")), (".", _("Several"))]


def minutes(seconds: float) -> str:
    """Seconds as whole minutes in words."""
    return _("{count} min").format(count=int(seconds // 60))


def question(table: Table, sitting: Sitting, now_ms: int) -> str:
    """The question being talked about, and for how long."""
    asked: Sequence[str] = table.questions
    if not asked:
        return _("No guide yet: write one question a line in the group’s details.")
    if not 1 <= sitting.question <= len(asked):
        return _("The guide has {count} questions; F7 goes to the first.").format(count=len(asked))
    return _("Question {number} of {count}: {text} · {minutes}").format(
        number=sitting.question,
        count=len(asked),
        text=asked[sitting.question - 1],
        minutes=minutes(sitting.at(now_ms) - sitting.question_s),
    )
