"""What the interviews page asks of the project: forms, drafts, responses. All in the worker."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from app.forms import Session, columns
from app.forms.paths import place_path
from app.i18n import lazy
from app.models import drafts, own_forms, spaces
from app.models.commands import contact, reopening, surveys
from app.models.commands import records as writing
from app.models.commands import responses as tables
from app.models.commands.answer_files import files_of
from app.models.drafts import Draft
from app.models.ledger import RecordKey, Touched
from app.models.ledger.projection import MADE
from app.models.own_forms import OwnForm
from app.models.project import Project
from app.models.queries import answering, entities, erasures, lists, records
from app.models.queries import surveys as reading
from app.models.queries.filters import Condition
from app.models.queries.lists import Listing
from app.models.queries.surveys import Form
from app.models.records import kind
from app.models.tables import Style
from app.models.vocabulary import Value, Verb
from app.views import files, history
from app.views.interview_session import NOTES
from app.views.lookup import title
from app.views.pages.forms_answers import Answers, Given, chosen
from app.views.record_reads import homes, may, may_erase
from app.views.widgets.table import Column, Row, Sort

_OWN: Final = (
    Column("folio", lazy("Folio"), width=130),
    Column("form_id", lazy("Questionnaire"), width=150),
    Column("status", lazy("Status"), width=120),
    Column("started", lazy("Started"), "date", 180),
    Column("space", lazy("Space"), width=150, sortable=False),
    Column("place", lazy("Place"), width=150, sortable=False),
    Column("finished", lazy("Finished"), "date", 160, shown=False),
)
_ANSWERS_SHOWN: Final = 2
_FACTS: Final = ("status", "form_id", "form_version", "started", "finished", "language", "mode",
                 "place", "interviewer_notes")  # fmt: skip


@dataclass(frozen=True)
class Ready:
    """An interview to go on with: the draft, the session where it was left, and its space."""

    draft: Draft
    session: Session
    space: str
    again: bool = False
    """Whether it was begun before and had no answer yet: it goes on with its number."""
    place: str = ""
    """Where the laptop was said to be today."""


@dataclass(frozen=True)
class Going:
    """A draft in the list; ``done`` of ``total`` questions, None where nobody counted yet."""

    id: bytes
    folio: str
    form: str
    space: str
    kept_ms: int
    answers: int
    done: int | None
    total: int
    corrects: bool = False
    """Whether it corrects a response that is there already."""


@dataclass(frozen=True)
class Ended:
    """An interview ended here today: its status in words, and whether a share holds it."""

    key: RecordKey
    folio: str
    form: str
    status: str
    at_ms: int
    sent: bool


@dataclass(frozen=True)
class Overview:
    """What the page begins with: forms and the spaces one may interview in, drafts."""

    forms: Sequence[Form]
    spaces: Sequence[tuple[bytes, str]]
    drafts: Sequence[Going]
    done: Sequence[Ended] = ()
    own: Sequence[OwnForm] = ()
    """Kipu's own forms that could be taken in here: none for those who may not."""
    may_import: bool = False
    follows: bool = False
    """Whether there are lists that forms follow."""


def overview(project: Project) -> Overview:
    """Read forms, spaces and drafts."""
    forms = reading.forms(project)
    titles = {form.key.id.hex(): form.title or form.form_id for form in forms}
    common = project.roster.common
    places = [one for one in homes(project, "response") if one[0] != common]
    latest = _latest(project)
    # Where people interviewed last comes first: it is what the page offers.
    places.sort(key=lambda one: latest.get(one[0], b""), reverse=True)
    going = [_going(project, one, titles) for one in drafts.all_drafts(project, "response")]
    own = own_forms.missing(project)
    return Overview(
        forms[::-1], places, going, _ended(project, forms), own,
        project.is_coordinator, bool(entities.names(project)),
    )  # fmt: skip


def _latest(project: Project) -> dict[bytes, bytes]:
    """When the latest interview was made in each space that has one."""
    rows = project.store.rows(
        f"SELECT s.space, max(f.{MADE}) FROM kind_response f JOIN spaces s USING(sid) "
        "GROUP BY f.sid"
    )
    return {bytes(space): bytes(made) for space, made in rows}


def _ended(project: Project, forms: Sequence[Form]) -> list[Ended]:
    titles = {form.form_id: form.title or form.form_id for form in forms}
    today = date.fromtimestamp(project.ledger.now_ms() / 1000)
    return [
        Ended(
            one.key, one.folio, titles.get(one.form_id, one.form_id),
            kind("response").field("status").format(one.status), one.finished_ms, one.sent,
        )
        for one in reading.done_here(project, today.isoformat())
    ]  # fmt: skip


def _going(project: Project, draft: Draft, titles: Mapping[str, str]) -> Going:
    body = draft.body
    answers, counted = body.get("answers"), body.get("progress")
    count = len(answers) if isinstance(answers, dict) else 0
    done, total = None, 0
    # The count is the window's; answers given by a script since then make it stale.
    if isinstance(counted, list) and len(counted) == 3 and counted[2] == count:
        done, total = int(str(counted[0])), int(str(counted[1]))
    return Going(
        draft.id, str(body.get("folio")), titles.get(str(body.get("survey")), ""),
        spaces.name_of(project, draft.space), draft.kept_ms, count, done, total,
        reopening.is_reopened(draft),
    )  # fmt: skip


def begin(project: Project, form: Form, space: bytes, open_ones: Collection[bytes] = ()) -> Ready:
    """Start an interview; one of the same form that was begun there before and has no answer goes
    on instead, so that a slip uses up no folio. ``open_ones`` are drafts in use.

    Raises KipuError when one may not do so there.
    """
    for draft in drafts.all_drafts(project, "response"):
        is_same = (draft.space, draft.body.get("survey")) == (space, form.key.id.hex())
        if is_same and draft.id not in open_ones and _is_untouched(project, draft):
            return replace(_ready(project, _afresh(project, draft)), again=True)
    return _ready(project, surveys.start(project, form, space))


def _is_untouched(project: Project, draft: Draft) -> bool:
    """Whether nobody answered anything: what stands in it the form itself put there."""
    body = draft.body
    if reopening.is_reopened(draft) or files_of(draft) or body.get(NOTES):
        return False
    answers = body.get("answers")
    assert isinstance(answers, dict)
    if not answers:
        return True
    session = surveys.session_of(project, _emptied(draft))
    asked = session.definition.questions
    first = session.draft()
    return all(
        first.get(path) == value
        for path, value in answers.items()
        if place_path(path) in session.definition.repeats
        or (place_path(path) in asked and asked[place_path(path)].asked)
    )


def _emptied(draft: Draft) -> Draft:
    return replace(draft, body={**draft.body, "answers": {}})


def _afresh(project: Project, draft: Draft) -> Draft:
    """The same draft as if it began now: what it held of an earlier moment is let go."""
    now = project.ledger.now_ms()
    kept = {name: draft.body.get(name) for name in
            ("survey", "form_id", "form_version", "folio", "language")}  # fmt: skip
    body: dict[str, Value] = {**kept, "started": surveys.moment(now), "answers": {}}
    return drafts.keep(project, replace(draft, started_ms=now, body=body))


def resume(project: Project, draft: bytes) -> Ready:
    """Go on with a draft. Raises KipuError when it is finished or thrown away."""
    return _ready(project, drafts.require(project, draft))


def _ready(project: Project, draft: Draft) -> Ready:
    session = surveys.session_of(project, draft)
    session.fetch_lists()
    space = spaces.name_of(project, draft.space)
    return Ready(draft, session, space, place=contact.position(project))


# -- responses -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A question as a column: its path, its bare name, its words, and what may be chosen."""

    path: str
    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    numeric: bool
    ordered: bool = False
    """Whether one answer can be more than another, as numbers and dates are."""
    several: bool = False
    """Whether several of the choices may be chosen."""


def questions(project: Project, form: Form) -> list[Asked]:
    """The questions of a form that have an answer to show."""
    definition = reading.definition(project, form.key)
    session = Session(definition)
    found = []
    for one in columns(definition):
        if one.question.asked:
            state = session.state(one.path)
            words = " ".join(state.label.split()) or one.header
            numeric = one.question.type in ("int", "integer", "decimal")
            ordered = numeric or one.question.kind in ("date", "time", "dateTime")
            several = one.question.kind == "select_multiple"
            found.append(
                Asked(one.path, one.header, words, state.choices, numeric, ordered, several)
            )
    return found


class Responses:
    """The responses as a `PageSource`; made and asked in the worker."""

    def __init__(
        self, project: Project, form: Form | None, asked: Sequence[Asked], where: Sequence[str]
    ) -> None:
        self._project = project
        self._asked = {one.path: one for one in asked}
        self._spaces = {one.id: one.name for one in spaces.all_named(project, with_common=True)}
        self._equal: dict[str, Value] = {}
        self._where: tuple[Condition, ...] = ()
        if form is not None:
            self._equal = {"form_id": form.form_id}
            self._where = tuple(tables.filters(project, form, where))
        own = [one for one in _OWN if self._tells(one.id, form)]
        answers = [
            Column(
                one.path, one.label, "number" if one.numeric else "text", 150, at < _ANSWERS_SHOWN
            )
            for at, one in enumerate(asked)
        ]
        self.columns: Sequence[Column] = [*own, *answers]

    def _tells(self, column: str, form: Form | None) -> bool:
        """Whether a column could differ between rows: one form, or one space, says nothing."""
        if column == "form_id":
            return form is None
        # The space everybody shares holds no responses.
        return column != "space" or len(self._spaces) > 2

    def count(self, filter: str) -> int:
        return lists.count(self._project, self._listing(filter))

    def page(self, offset: int, limit: int, sort: Sort | None, filter: str) -> list[Row]:
        rows = lists.page(self._project, self._listing(filter, sort), offset, limit)
        return [Row(row.key, [self._cell(row, one.id) for one in self.columns]) for row in rows]

    def _listing(self, words: str, sort: Sort | None = None) -> Listing:
        by, descending = sort or ("", False)
        return Listing(
            "response", words, equal=self._equal, sort=by, descending=descending, where=self._where
        )

    def _cell(self, row: lists.Row, column: str) -> Value:
        value = row.values.get(column)
        if column in self._asked:
            return chosen(self._asked[column].choices, value)
        if column == "space":
            return self._spaces.get(row.key.space, "")
        if column == "place":
            return title(self._project, "place", value) if isinstance(value, str) else ""
        return kind("response").field(column).format(value) if column == "status" else value


def responses(
    project: Project, form: Form | None, where: Sequence[str]
) -> tuple[Responses, list[Asked]]:
    """The list to show, where all conditions hold.

    Raises KipuError when one compares with what is no answer to its question.
    """
    asked = questions(project, form) if form is not None else []
    return Responses(project, form, asked, where), asked


def export(
    project: Project, form: Form, file: str, words: str, where: Sequence[str], style: Style,
    repeat: str = "",
) -> tuple[str, int]:  # fmt: skip
    """Write what is shown as CSV or XLSX; returns the file and how many rows it has.

    A CSV is of the rows of ``repeat`` where that is given; a workbook has a sheet for each.
    """
    target = Path(file)
    only = repeat if target.suffix.lower() == ".csv" else ""
    data, count = tables.export_table(project, form, target.suffix, words, where, style, only)
    files.write(target, data)
    return file, count


# -- one response ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Response:
    """A response to read: facts as (label, text), answers, history as (who and when, what)."""

    key: RecordKey
    folio: str
    facts: Sequence[tuple[str, str]]
    answers: Sequence[Given]
    history: Sequence[tuple[str, str]]
    is_annulled: bool
    may_edit: bool
    may_delete: bool
    never_left: bool = False
    """Whether nothing of it was made ready to be sent: nobody else has any of it."""
    may_erase: bool = False
    """For good: see `app.views.record_reads.Rights`."""


def response(project: Project, key: RecordKey) -> Response:
    """Read one response. Raises KipuError when it is gone or its form is not here."""
    held = answering.whole(project, key)
    values = held.values
    declared = kind("response")
    facts = [
        (str(declared.field(name).label), _fact(project, name, values[name]))
        for name in _FACTS
        if values.get(name) is not None
    ]
    return Response(
        key, str(values.get("folio") or ""), facts, list(Answers(project, held).told()),
        history.told(project, key),
        values.get("status") == "annulled",
        may(project, "response", Verb.EDIT, key.space),
        may(project, "response", Verb.DELETE, key.space),
        erasures.never_left(project, key),
        may_erase(project, key),
    )  # fmt: skip


def _fact(project: Project, name: str, value: Value) -> str:
    if name == "place" and isinstance(value, str):
        return title(project, "place", value)
    return kind("response").field(name).format(value)


def annul(project: Project, key: RecordKey) -> Touched:
    """Let a response count no more; its answers and its history stay."""
    return writing.edit(project, key, {"status": "annulled"}, records.heads(project, key), "annul")
