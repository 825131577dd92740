"""A response as its form sees it: its own answers and those of its rows, by path.

Each time round of a repeat is a record of its own that the response owns, or the row around it
does; so rows added on two laptops both survive. The form speaks of paths with numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _
from app.models.ledger import RecordKey
from app.models.ledger.projection import table
from app.models.project import Project
from app.models.queries import records
from app.models.queries.surveys import definition, form_of
from app.models.records import KINDS
from sync.values import Value, from_json

if TYPE_CHECKING:
    from app.forms import Definition, Session

ROW = "response_row"
Plain = str | int | float | None
_AT_ONCE = 500


@dataclass(frozen=True)
class Row:
    """One time round of a repeat. ``owner`` is the record around it: the response, or a row."""

    key: RecordKey
    owner: bytes
    repeat: str
    position: str
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Whole:
    """A response with its rows, as a session of its form takes them.

    ``answers`` are those by path, the number of rows by the path of each repeat, and the id of each
    row by its path; ``rows`` are the records by the paths of the rows.
    """

    key: RecordKey
    form: Definition
    values: Mapping[str, Value]
    answers: Mapping[str, Plain]
    rows: Mapping[str, Row]

    def path(self, key: RecordKey, field: str) -> str:
        """Return the path of a record's answer. Raises KipuError when the record is not shown."""
        if key == self.key:
            return field
        for path, row in self.rows.items():
            if row.key == key:
                return path + field[len(row.repeat) :]
        raise KipuError(_("There is no record “{text}” here.").format(text=key.id.hex()))

    def place(self, path: str) -> tuple[str, RecordKey]:
        """Return the field that the answer at a path is, and the record it is a field of."""
        from app.forms.paths import place_path

        row, bracket, _rest = path.rpartition("]")
        known = self.rows.get(row + bracket)
        return place_path(path), known.key if known else self.key

    def session(self) -> Session:
        """Return the form filled with it."""
        from app.forms import Session

        return Session(self.form, self.answers)


def response_of(project: Project, key: RecordKey) -> RecordKey:
    """The response a record is, or is part of."""
    above: RecordKey | None = key
    while above is not None and above.kind == ROW:
        key, above = above, records.parent(project, above)
    return above or key


def whole(project: Project, key: RecordKey) -> Whole:
    """Read a response with its rows. Raises KipuError when its form is not here."""
    response = response_of(project, key)
    values = records.values(project, response)
    form = definition(project, form_of(project, str(values.get("survey"))).key)
    below = rows_of(project, [response])[response.id]
    answers, rows = dict[str, Plain](_plain(values)), dict[str, Row]()
    for path, found in numbered(form, response.id, below):
        if isinstance(found, Row):
            rows[path] = found
            answers[path] = found.key.id.hex()
            repeat = len(found.repeat)
            answers |= {path + name[repeat:]: one for name, one in _plain(found.values).items()}
        else:
            answers[path] = found
    return Whole(response, form, values, answers, rows)


def _plain(values: Mapping[str, Value]) -> dict[str, str | int | float]:
    return {
        path: value
        for path, value in values.items()
        if path.startswith("/") and isinstance(value, str | int | float)
    }


def numbered(
    form: Definition, response: bytes, below: Iterable[Row]
) -> Iterator[tuple[str, Row | int]]:
    """Yield how many rows each repeat of a response has, by its path, and then each row by its."""
    held: dict[tuple[bytes, str], list[Row]] = defaultdict(list)
    for row in below:
        held[row.owner, row.repeat].append(row)

    def under(owner: bytes, at: str, repeat: str) -> Iterator[tuple[str, Row | int]]:
        for inner in inner_repeats(form, repeat):
            path = at + inner[len(repeat) :]
            yield path, len(held[owner, inner])
            for number, row in enumerate(held[owner, inner], start=1):
                yield f"{path}[{number}]", row
                yield from under(row.key.id, f"{path}[{number}]", inner)

    return under(response, "", "")


def inner_repeats(form: Definition, outer: str) -> list[str]:
    """The repeats that stand right inside another; right inside the form where it is empty."""
    lines = [[one.path for one in form.place(path).repeats] for path in form.repeats]
    return [line[-1] for line in lines if (line[-2] if len(line) > 1 else "") == outer]


def rows_of(project: Project, responses: Sequence[RecordKey]) -> dict[bytes, list[Row]]:
    """All rows of some responses, in order, rows inside rows among them."""
    found: dict[bytes, list[Row]] = {one.id: [] for one in responses}
    spaces = {one.id: one.space for one in responses}
    for start in range(0, len(responses), _AT_ONCE):
        part = [one.id for one in responses[start : start + _AT_ONCE]]
        for root, record, owner, data in _below(project, part):
            values = from_json(data)
            assert isinstance(values, dict)
            key = RecordKey(spaces[bytes(root)], ROW, bytes(record))
            row = Row(
                key, bytes(owner), str(values.get("repeat")), str(values.get("position")), values
            )
            found[bytes(root)].append(row)
    return found


def _below(project: Project, responses: list[bytes]) -> list[tuple[bytes, bytes, bytes, str]]:
    kinds = project.ledger.registers
    return project.store.rows(
        "WITH RECURSIVE below(root, rid, id, kid, sid) AS (SELECT id, rid, id, kid, sid FROM records "
        f"WHERE kid=? AND id IN ({','.join('?' * len(responses))}) UNION "
        "SELECT b.root, c.rid, c.id, c.kid, c.sid FROM below b JOIN records c "
        "ON c.parent_id=b.id AND c.parent_kid=b.kid AND c.sid=b.sid WHERE c.kid=? AND c.state & 1) "
        "SELECT b.root, r.id, r.parent_id, r.data FROM below b JOIN records r USING(rid) "
        f'JOIN "{table(ROW)}" f USING(rid) WHERE r.kid=? ORDER BY f.position, r.id',
        (kinds.kid("response"), *responses, kinds.kid(ROW), kinds.kid(ROW)),
    )


def read_one(project: Project, key: RecordKey, field: str, typed: str) -> Value:
    """What was typed as an answer to one question of a response or row, as it is stored.

    Raises KipuError when the form refuses it.
    """
    from app.models.queries import form_files

    held = whole(project, key)
    session, path = form_files.session(project, held), held.path(key, field)
    session.set(path, typed)
    wrong = session.errors().get(path)
    if wrong:
        raise KipuError(f"{field.rpartition('/')[2]}: {wrong}")
    return session.value(path)


def is_of_response(key: RecordKey) -> bool:
    """Whether a record is a response or a row of one, whose fields its form says all about."""
    return key.kind in ("response", ROW)


def is_answered(key: RecordKey) -> bool:
    """Whether a form gives the record fields of its own."""
    return KINDS[key.kind].dynamic if key.kind in KINDS else False
