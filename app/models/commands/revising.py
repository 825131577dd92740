"""What a session of a form says, as changes of a response and of the rows it owns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _
from app.models.commands import answer_files
from app.models.commands import records as writing
from app.models.fields import between
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import answering, form_files, records
from app.models.queries import attachments as attached
from app.models.queries.answering import ROW, Plain, Row, Whole, inner_repeats
from app.models.queries.surveys import unasked
from sync.changes import Change, Ref, Verb
from sync.ids import random_id
from sync.values import Value

if TYPE_CHECKING:
    from app.forms import Session

Heads = Callable[[RecordKey], Mapping[str, tuple[Ref, ...]]]


@dataclass(frozen=True)
class RowNow:
    """A row as a session holds it: the path of the row around it, and the id it is known by."""

    path: str
    outer: str
    repeat: str
    tag: str
    answers: Mapping[str, Plain]


def laid_out(
    session: Session, answers: Mapping[str, Plain]
) -> tuple[dict[str, Plain], list[RowNow]]:
    """Part the answers of a session into those of the response and those of each row that applies.

    Outer rows come before the rows inside them, and every repeat's rows in order.
    """
    from app.forms.paths import place_path

    top: dict[str, Plain] = {}
    by_row: dict[str, dict[str, Plain]] = defaultdict(dict)
    for path, value in answers.items():
        row, bracket, _rest = path.rpartition("]")
        (by_row[row + bracket] if bracket else top)[place_path(path)] = value

    def under(at: str, repeat: str) -> Iterator[RowNow]:
        for inner in inner_repeats(session.definition, repeat):
            for path in session.rows(at + inner[len(repeat) :]):
                if session.is_relevant(path):
                    yield RowNow(path, at, inner, session.tag(path), by_row[path])
                    yield from under(path, inner)

    return top, list(under("", ""))


def made(
    response: RecordKey,
    fields: Mapping[str, Value],
    session: Session,
    answers: Mapping[str, Plain],
    files: Mapping[str, Value],
) -> list[Change]:
    """The changes that make a response with its rows out of a session, and what belongs to them.

    ``files`` are those of the draft, by the answers that name them.
    """
    top, rows = laid_out(session, answers)
    laid = _Rows(response, str(fields["survey"]), {})
    return [
        Change(Verb.CREATE, response.kind, response.id, None, {**top, **fields}),
        *laid.changes(rows),
        *answer_files.bound(session.definition, files, laid.answered(top, rows)),
    ]


class _Rows:
    """Lays the rows of a session over those that are there; what is new gets a place among them."""

    def __init__(self, response: RecordKey, survey: str, known: Mapping[str, Row]) -> None:
        self._response = response
        self._survey = survey
        self._known = known
        self._ids: dict[str, tuple[str, bytes]] = {"": (response.kind, response.id)}
        self._last: dict[tuple[str, str], str] = {}

    def changes(self, rows: list[RowNow]) -> list[Change]:
        """Return what makes the rows that are new; ids of the others are noted on the way."""
        found = []
        for at, row in enumerate(rows):
            known = self._known.get(row.tag)
            place = row.outer, row.repeat
            if known is not None:
                self._ids[row.path] = ROW, known.key.id
                self._last[place] = known.position
                continue
            position = between(self._last.get(place), self._next(rows, at))
            self._ids[row.path] = ROW, random_id()
            self._last[place] = position
            values = {"survey": self._survey, "repeat": row.repeat, "position": position}
            found.append(Change(
                Verb.CREATE, ROW, self._ids[row.path][1], self._ids[row.outer],
                {**values, **row.answers},
            ))  # fmt: skip
        return found

    def answered(
        self, top: Mapping[str, Plain], rows: Iterable[RowNow]
    ) -> Iterator[tuple[tuple[str, bytes], Mapping[str, Plain]]]:
        """Yield the records with what is answered in each."""
        yield self._ids[""], top
        yield from ((self._ids[row.path], row.answers) for row in rows)

    def _next(self, rows: list[RowNow], at: int) -> str | None:
        here = rows[at]
        for row in rows[at + 1 :]:
            if (row.outer, row.repeat) == (here.outer, here.repeat) and row.tag in self._known:
                return self._known[row.tag].position
        return None


@dataclass(frozen=True)
class Seen:
    """A response as it stood when editing began: what came since is not overwritten unseen."""

    session: Session
    heads: Heads


def revised(
    project: Project,
    held: Whole,
    session: Session,
    given: Collection[str] = (),
    seen: Seen | None = None,
    files: Mapping[str, Value] | None = None,
) -> list[Change]:
    """The changes that turn a response into what a session says.

    What a form refuses stands as it was typed. ``given`` are the paths somebody answered: with what
    is worked out, they settle what stands twice. ``seen`` is what editing began with, what is there
    now if None; ``files`` are those that came since, by the answers that name them.
    """
    top, rows = laid_out(session, _said(session))
    heads = seen.heads if seen else partial(records.heads, project)
    base = seen.session if seen else form_files.session(project, held)
    then_top, begun = laid_out(base, _said(base))
    # What comes from outside the form changes by itself, and a correction is none of that; else
    # what is there is laid beside what the form says now.
    by_form = seen is not None or bool(held.form.files)
    was_top: Mapping[str, Value] = {**then_top} if by_form else held.values
    known = _known(project, held, begun, by_form)
    editing = _Edits(project, held, set(given), heads)
    changes = editing.of(held.key, was_top, top)
    for row in rows:
        if row.tag in known:
            was = known[row.tag]
            changes += editing.of(was.key, was.values, row.answers, row.path, row.repeat)
    laid = _Rows(held.key, str(held.values["survey"]), known)
    changes += laid.changes(rows)
    changes += answer_files.bound(held.form, files or {}, laid.answered(top, rows))
    edits = {one.record: one for one in changes if one.verb is Verb.EDIT}
    begun_with = {held.key: was_top, **{row.key: row.values for row in known.values()}}
    for (kind_name, record), said in laid.answered(top, rows):
        key = RecordKey(held.key.space, kind_name, record)
        if key in begun_with:
            changes += answer_files.followed(
                project, held.form, key, begun_with[key], said, edits.get(record)
            )
    # Rows that the form did not show when editing began are not taken out by not being there.
    tags = {one.tag for one in rows}
    gone = [known[row.tag].key for row in begun if row.tag in known and row.tag not in tags]
    # Rows inside rows first, as in any deletion.
    for key in reversed(gone):
        changes += [writing.deletion(project, one.key) for one in attached.of(project, key)]
        changes.append(writing.deletion(project, key, heads(key)))
    return changes


def _said(session: Session) -> dict[str, Plain]:
    """The answers of a session, those that the form refuses as they were typed."""
    asked = set(session.walk())
    refused = {path: session.value(path) for path in session.errors() if path in asked}
    return {**session.answers(), **refused}


def _known(project: Project, held: Whole, begun: list[RowNow], by_form: bool) -> dict[str, Row]:
    """The rows there are by what they are known by, with their answers as editing began."""
    known = {row.key.id.hex(): row for row in held.rows.values()}
    for row in begun if by_form else ():
        key = RecordKey(held.key.space, ROW, bytes.fromhex(row.tag))
        position = str(records.values(project, key).get("position"))
        known[row.tag] = Row(key, b"", row.repeat, position, row.answers)
    return known


class _Edits:
    """Finds what differs between a record and what a session says of it."""

    def __init__(self, project: Project, held: Whole, given: set[str], heads: Heads) -> None:
        self._project = project
        self._form = held.form
        self._unasked = unasked(held.form)
        self._given = given
        self._heads = heads

    def of(
        self,
        key: RecordKey,
        was: Mapping[str, Value],
        now: Mapping[str, Plain],
        at: str = "",
        repeat: str = "",
    ) -> list[Change]:
        """Return the edit of one record, if anything differs; a row has its path and its repeat."""
        disputed = records.conflicted(self._project, key)
        fields: dict[str, Value] = {}
        for name in {**was, **now}:
            if name in self._form.questions:
                settled = name in self._unasked or at + name[len(repeat) :] in self._given
                if now.get(name) != was.get(name) or (name in disputed and settled):
                    fields[name] = now.get(name)
        if not fields:
            return []
        heads = self._heads(key)
        replaces = {name: heads.get(name, ()) for name in fields}
        return [Change(Verb.EDIT, key.kind, key.id, None, fields, replaces)]


def corrections(
    project: Project, key: RecordKey, given: Mapping[str, Value], settling: bool = False
) -> list[Change]:
    """What answering questions of a finished response changes, with all that follows.

    They are put to the form as in an interview: what is no longer to be asked goes. Questions are
    named as on the form, in a row with its number, or from inside the row `key` is. Raises
    KipuError for an unknown question, or an answer that the form refuses or does not ask for; not
    so when `settling` between answers that are there already.
    """
    held = answering.whole(project, key)
    session = form_files.session(project, held)
    paths = {_path(held, session, key, name): name for name in given}
    for path, name in paths.items():
        value = plain(name, given[name])
        place, owner = held.place(path)
        answer_files.require_known(project, held.form, owner, place, str(value or ""))
        if settling and place in held.form.following.counted:
            continue  # It is what it comes to, whichever version was chosen.
        session.set(path, value, noted=settling)
    if not settling:
        _require_fit(session, paths)
    return revised(project, held, session, paths)


def _require_fit(session: Session, paths: Mapping[str, str]) -> None:
    """Raise KipuError for answers just given, each with its name, that would not be kept."""
    wrong = [f"{paths[path]}: {text}" for path, text in session.errors().items() if path in paths]
    wrong += [
        _(
            "{name}: this is not asked in this interview, given its other answers; nothing was changed."
        ).format(name=name)
        for path, name in paths.items()
        if session.value(path) is not None and not session.is_relevant(path)
    ]
    if wrong:
        raise KipuError("\n".join(wrong))


def _path(held: Whole, session: Session, key: RecordKey, name: str) -> str:
    return session.resolve(name) if key == held.key else held.path(key, held.form.resolve(name))


def plain(name: str, value: Value) -> Plain:
    """A value as an answer. Raises KipuError when it can be none."""
    if value is None or isinstance(value, str | int | float):
        return value
    raise KipuError(_("“{name}” takes a text or a number.").format(name=name))


def correct(
    project: Project, key: RecordKey, values: Mapping[str, Value], answers: Mapping[str, Value]
) -> Touched:
    """Set declared fields of a response or row, and answers with all that follows, in one go."""
    touched = Touched()
    with project.ledger.writing():
        changes = corrections(project, key, answers) if answers else []
        if changes:
            touched.merge(project.ledger.commit(key.space, changes, "edit"))
        touched.merge(writing.edit(project, key, values))
    return touched
