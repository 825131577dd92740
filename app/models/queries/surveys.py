"""Forms and their responses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _
from app.models import spaces
from app.models.fields import record_id
from app.models.ledger import RecordKey
from app.models.ledger.projection import MADE
from app.models.project import Project
from app.models.queries import lists
from app.models.queries.filters import Condition
from app.models.queries.lists import Listing, Row
from app.models.queries.versions import in_order
from sync.values import Value

if TYPE_CHECKING:
    from app.forms import Column, Definition

STATUS = "/kipu_status"
"""The calculation by which a form says how an interview ended; the response's status keeps it."""
_definitions: dict[bytes, Definition] = {}
_MAX_CACHED = 8


@dataclass(frozen=True)
class Form:
    """A questionnaire in one version, as a survey record holds it."""

    key: RecordKey
    form_id: str
    version: str
    title: str
    question_count: int


def forms(project: Project, form_id: str = "") -> list[Form]:
    """The forms here (of one id): of each its newest version last, and last what was made last."""
    project.require_joined()
    where = {"form_id": form_id} if form_id else {}
    found = [_form(row) for row in lists.every(project, Listing("survey", equal=where))]
    return in_order(found[::-1])


def find_form(project: Project, name: str) -> Form:
    """The form of an id (its newest version), of id@version, or of its record's id.

    Raises KipuError naming the ones there are.
    """
    form_id, _at, version = name.partition("@")
    found = [form for form in forms(project, form_id) if not version or form.version == version]
    if record := record_id(name):
        found = found or [form for form in forms(project) if form.key.id.hex() == record]
    if not found:
        known = ", ".join(f"{form.form_id}@{form.version}" for form in forms(project)) or "–"
        raise KipuError(
            _("There is no form “{name}” here; there are: {known}.").format(name=name, known=known)
        )
    return found[-1]


def form_of(project: Project, survey: str) -> Form:
    """The form a response names by its survey's id (32 hex digits)."""
    found = [form for form in forms(project) if form.key.id.hex() == survey]
    if not found:
        raise KipuError(_("The form of this interview is not on this laptop."))
    return found[0]


def definition(project: Project, key: RecordKey) -> Definition:
    """The compiled form of a survey record; compiled once per process."""
    from app.forms import Definition

    if key.id not in _definitions:
        xform = project.store.value(
            "SELECT f.xform FROM kind_survey f JOIN records r USING(rid) WHERE r.id=?", (key.id,)
        )
        if xform is None:
            raise KipuError(_("The form of this interview is not on this laptop."))
        while len(_definitions) >= _MAX_CACHED:
            _definitions.pop(next(iter(_definitions)))
        _definitions[key.id] = Definition.from_xform(str(xform))
    return _definitions[key.id]


def _form(row: Row) -> Form:
    def text(name: str) -> str:
        value = row.values.get(name)
        return value if isinstance(value, str) else ""

    count = row.values.get("question_count")
    return Form(
        row.key, text("form_id"), text("version"), text("title"),
        count if isinstance(count, int) else 0,
    )  # fmt: skip


def calculations(form: Definition) -> frozenset[str]:
    """The questions nobody answers: they follow from others."""
    return frozenset(path for path, bind in form.binds.items() if bind.calculate is not None)


def unasked(form: Definition) -> frozenset[str]:
    """What nobody answers: calculations, and what a form notes by itself (when, by whom, its id)."""
    return calculations(form) | {path for path, bind in form.binds.items() if bind.preload}


@dataclass(frozen=True)
class Done:
    """An interview that was ended on this laptop; `sent` says whether a share holds it."""

    key: RecordKey
    folio: str
    form_id: str
    status: str
    finished_ms: int
    sent: bool


def done_here(project: Project, since: str) -> list[Done]:
    """The interviews ended on this laptop since a local day (ISO), last first."""
    rows = project.store.rows(
        "SELECT s.space, r.id, f.folio, f.form_id, f.status, t.at, EXISTS(SELECT 1 FROM batches b "
        "JOIN sent x ON x.lid=b.lid AND x.number>=b.number WHERE b.lid=r.lid "
        "AND r.seq BETWEEN b.first_seq AND b.first_seq+b.changes-1) "
        'FROM "kind_response" f JOIN records r ON r.rid=f.rid JOIN spaces s ON s.sid=r.sid '
        "JOIN logs l ON l.lid=r.lid JOIN transactions t ON t.lid=r.lid "
        "AND r.seq BETWEEN t.first_seq AND t.first_seq+t.changes-1 "
        "WHERE l.device=? AND t.label='interview' AND t.at>=? "
        f"ORDER BY t.at DESC, f.{MADE} DESC",
        (project.device, _midnight_ms(since)),
    )
    return [
        Done(
            RecordKey(bytes(space), "response", bytes(record)), folio or "", form or "",
            status or "", at, bool(sent),
        )
        for space, record, folio, form, status, at, sent in rows
    ]  # fmt: skip


def _midnight_ms(day: str) -> int:
    return round(datetime.fromisoformat(day).astimezone().timestamp() * 1000)


@dataclass(frozen=True)
class Table:
    """Responses laid flat: a header, and rows of values in its order."""

    header: tuple[str, ...]
    rows: Iterator[list[Value]]


IDENTITY = ("folio", "space", "status", "started", "finished")
ROW_IDENTITY = ("response", "folio", "within", "id", "row")
_PAGE = 500


def responses(
    project: Project, form: Form, asked: Sequence[Column], words: str = "",
    conditions: Sequence[Condition] = (),
) -> Table:  # fmt: skip
    """All responses to a form as a table: identity first, then the questions asked for."""
    paths = [one.path for one in asked]
    equal = {"form_id": form.form_id}
    listing = Listing("response", words, equal=equal, sort="folio", where=tuple(conditions))
    taken = set(IDENTITY) | {"id"}
    header = [one.header if one.header not in taken else one.path for one in asked]
    names = {space.id: space.name for space in spaces.all_named(project, with_common=True)}
    return Table(("id", *IDENTITY, *header), _flat(project, listing, paths, names))


def repeat_path(repeats: Iterable[str], name: str) -> str:
    """The one of these repeats a path or name means. Raises KipuError naming those there are."""
    paths = list(repeats)
    found = [one for one in paths if name in (one, one.rpartition("/")[2])]
    if not found:
        known = ", ".join(one.rpartition("/")[2] for one in paths) or "–"
        raise KipuError(
            _("The form has no repeat “{name}”; it has: {known}.").format(name=name, known=known)
        )
    return found[0]


def innermost_repeat(form: Definition, path: str) -> str:
    """The path of the repeat a question stands in; empty where it is asked once."""
    line = form.place(path).repeats
    return line[-1].path if line else ""


def outer_repeat(form: Definition, path: str) -> str:
    """The path of the repeat around another; empty where it stands right inside the form."""
    line = [one.path for one in form.place(path).repeats]
    return line[-2] if len(line) > 1 else ""


def row_table(
    project: Project, form: Form, repeat: str, asked: Sequence[Column], words: str = "",
    conditions: Sequence[Condition] = (),
) -> Table:  # fmt: skip
    """The rows of one repeat in all those responses, each with what ties it to its response."""
    paths = [one.path for one in asked]
    header = [one.header if one.header not in ROW_IDENTITY else one.path for one in asked]
    listing = Listing(
        "response", words, equal={"form_id": form.form_id}, sort="folio", where=tuple(conditions)
    )
    return Table((*ROW_IDENTITY, *header), _rows(project, listing, repeat, paths))


def _rows(
    project: Project, listing: Listing, repeat: str, paths: Sequence[str]
) -> Iterator[list[Value]]:
    from app.models.queries.answering import rows_of

    responses = lists.every(project, listing)
    while page := list(islice(responses, _PAGE)):
        held = rows_of(project, [row.key for row in page])
        for response in page:
            numbers: Counter[bytes] = Counter()
            for row in held[response.key.id]:
                if row.repeat == repeat:
                    numbers[row.owner] += 1
                    yield [
                        response.key.id.hex(), response.values.get("folio"), row.owner.hex(),
                        row.key.id.hex(), numbers[row.owner],
                        *(row.values.get(path) for path in paths),
                    ]  # fmt: skip


def _flat(
    project: Project, listing: Listing, paths: Sequence[str], names: Mapping[bytes, str]
) -> Iterator[list[Value]]:
    for row in lists.every(project, listing):
        values = {**row.values, "space": names.get(row.key.space, "")}
        yield [
            row.key.id.hex(),
            *(values.get(name) for name in IDENTITY),
            *(values.get(path) for path in paths),
        ]
