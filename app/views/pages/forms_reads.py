"""What the questionnaire panels ask of the project: a file read and checked, two versions laid side
by side, a session nobody keeps, lists that are followed. All in the worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.errors import KipuError
from app.forms import Definition, Session
from app.forms.comparing import ORDER, Change, Difference, compare
from app.forms.preview import Preview, never_asked, preview
from app.i18n import _
from app.models import attachments, own_forms
from app.models.commands import surveys
from app.models.commands.attachments import type_of
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import attachments as attached
from app.models.queries import entities, form_files, lists, records
from app.models.queries import surveys as reading
from app.models.queries.lists import Listing
from app.models.queries.surveys import Form
from app.views import files, history, words

if TYPE_CHECKING:
    from app.forms.checks.report import Report

RUNS: Final = 20
"""Simulated interviews that look for questions which never come up."""


# -- a file that is brought ------------------------------------------------------------------------


@dataclass(frozen=True)
class Beside:
    """A version that is here beside one that is brought."""

    old: str
    responses: int
    differences: Sequence[Difference]
    labels: Mapping[str, str]
    """The words of each question by its path, the new ones before the old."""

    def counts(self) -> list[tuple[Change, int]]:
        """Return how many questions fare how, the gravest first."""
        found = Counter(one.gravest for one in self.differences)
        return [(change, found[change]) for change in ORDER if found[change]]


@dataclass(frozen=True)
class Brought:
    """A questionnaire as it was read from a file, with what its check says; nothing is kept yet.

    ``missing`` are the names of files it needs and that did not come; ``here`` is why it need not
    be taken, where this very version is in the project already.
    """

    path: Path
    data: bytes
    files: Mapping[str, bytes]
    report: Report
    missing: Sequence[str] = ()
    here: str = ""
    beside: Beside | None = None

    @property
    def form(self) -> Definition | None:
        return self.report.definition

    @property
    def can_come(self) -> bool:
        """Whether it can be imported as it stands."""
        return self.report.ok and self.form is not None and not self.here


def read_form(
    project: Project, path: Path, had: Mapping[str, bytes], chosen: Path | None
) -> Brought:
    """Read a form with the files beside it, those had before and one chosen just now, and check it.

    Raises KipuError when a file cannot be read.
    """
    from app.forms.checks.report import check

    data = files.read(path, 64 * 1024 * 1024)
    brought = {**own_forms.beside(path), **had}
    present = {*brought, *(f"{name}.csv" for name in entities.names(project))}
    report = check(data, path.name, present)
    form = report.definition
    missing = [] if form is None else form.missing(present)
    if chosen is not None and missing:
        return read_form(project, path, {**brought, **_wanted(chosen, missing)}, None)
    here, beside = "", None
    if form is not None:
        known = reading.forms(project, form.form_id)
        if any(one.version == form.version for one in known):
            here = _("{form} is here already in version “{version}”. To bring it changed, write "
                     "another version in its settings sheet.")  # fmt: skip
            here = here.format(form=form.form_id, version=form.version or "–")
        elif known:
            beside = _beside(project, known[-1], form)
    return Brought(path, data, brought, report, missing, here, beside)


def _wanted(chosen: Path, missing: Sequence[str]) -> dict[str, bytes]:
    """The file chosen under the name the form asks for, and others it misses from that folder."""
    [content] = own_forms.beside(chosen, [chosen]).values()
    name = chosen.name if chosen.name in missing else missing[0]
    if chosen.suffix.lower() != Path(name).suffix.lower():
        text = _("“{file}” is of another kind; the questionnaire asks for “{wanted}”.")
        raise KipuError(text.format(file=chosen.name, wanted=name))
    others = [chosen.with_name(one) for one in missing if one != name]
    near = own_forms.beside(chosen, [one for one in others if one.is_file()])
    return {**near, name: content}


def _beside(project: Project, old: Form, new: Definition) -> Beside:
    before = reading.definition(project, old.key)
    count = lists.count(project, Listing("response", equal={"form_id": old.form_id}))
    labels = {**_labels(before), **_labels(new)}
    return Beside(old.version or "–", count, compare(before, new), labels)


def _labels(form: Definition) -> dict[str, str]:
    return {
        path: _plain(question.label.phrase(form.default_language, form.default_language))
        for path, question in form.questions.items()
        if question.label
    }


def _plain(phrase: object) -> str:
    parts = phrase if isinstance(phrase, tuple | list) else (phrase,)
    return " ".join("".join(one if isinstance(one, str) else "…" for one in parts).split())


def take(project: Project, brought: Brought) -> tuple[str, int]:
    """Import what was read; returns its title and how many questions it has."""
    key = surveys.import_form(project, brought.data, brought.path.name, brought.files)
    found = reading.form_of(project, key.id.hex())
    return found.title or found.form_id, found.question_count


def write_list(project: Project, path: Path, text: str) -> str:
    """Write what a check said as a text file; returns its name."""
    del project
    files.write(path, text.encode())
    return path.name


# -- trying a form out -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    """A form to be tried, in a session that nobody keeps, with the files that go with it."""

    title: str
    form: Definition
    session: Session
    media: Mapping[str, bytes]


def trial(project: Project, form: Form, space: bytes) -> Trial:
    """A session of a form that is here, with its files and lists as an interview would have them."""
    definition = reading.definition(project, form.key)
    media = form_files.lists(project, definition, form.key, space)
    shown = {
        one.file.title: attachments.read(project, one.ref)
        for one in attached.of(project, form.key)
        if one.file and one.is_here and one.file.title not in media
    }
    return _trial(project, definition, media, shown)


def trial_of(project: Project, brought: Brought) -> Trial:
    """A session of a form that is not imported yet."""
    assert brought.form is not None
    media = dict(brought.files)
    for file in brought.form.files:
        if file not in media and file.endswith(".csv"):
            name = file.removesuffix(".csv")
            media[file] = entities.as_csv(project, name, [project.roster.common])
    return _trial(project, brought.form, media, {})


def _trial(
    project: Project, form: Definition, media: Mapping[str, bytes], shown: Mapping[str, bytes]
) -> Trial:
    session = Session(
        form, device_id=project.device.hex(), username=project.person.name, media=media,
        last_saved=form_files.last_saved(project, form),
    )  # fmt: skip
    session.fetch_lists()
    return Trial(form.title or form.form_id, form, session, {**media, **shown})


@dataclass(frozen=True)
class Made:
    """An interview filled at random, and the questions that came up in none of ``RUNS`` of them."""

    first: Preview
    never: Sequence[str]


def fill(project: Project, form: Definition, media: Mapping[str, bytes], seed: int) -> Made:
    """Fill a form at random; the same seed fills it the same way again."""
    del project
    made = [preview(form, seed + one, media) for one in range(RUNS)]
    labels = _labels(form)
    never = [
        _("{question} ({name})").format(question=labels[one.path], name=one.name)
        if labels.get(one.path) else one.name
        for one in never_asked(form, made)
    ]  # fmt: skip
    return Made(made[0], never)


# -- lists that are followed -------------------------------------------------------------------------


@dataclass(frozen=True)
class Followed:
    """A list of followed things: how many, when one last changed, which forms feed and use it."""

    name: str
    count: int
    changed_ms: int | None
    feeds: Sequence[str]
    uses: Sequence[str]

    def says(self) -> str:
        """Return what is told under its name."""
        parts = []
        if self.changed_ms is not None:
            parts.append(_("last changed {when}").format(when=words.ago(self.changed_ms)))
        if self.feeds:
            parts.append(_("fed by {forms}").format(forms=", ".join(self.feeds)))
        if self.uses:
            parts.append(_("used by {forms}").format(forms=", ".join(self.uses)))
        return " · ".join(parts)


def followed(project: Project) -> list[Followed]:
    """The lists there are, and those that forms here feed or use and that are empty yet."""
    from app.forms.entities import datasets

    feeds: dict[str, list[str]] = {}
    uses: dict[str, list[str]] = {}
    # The newest version of each form stands for it.
    newest = {form.form_id: form for form in reading.forms(project)}
    for form in newest.values():
        definition = reading.definition(project, form.key)
        brought = {one.file.title for one in attached.of(project, form.key) if one.file}
        title = form.title or form.form_id
        for name in datasets(definition):
            feeds.setdefault(name, []).append(title)
        for file in definition.files:
            if file.endswith(".csv") and file not in brought:
                uses.setdefault(file.removesuffix(".csv"), []).append(title)
    names = dict.fromkeys([*entities.names(project), *feeds, *uses])
    return [
        Followed(name, *_standing(project, name), feeds.get(name, ()), uses.get(name, ()))
        for name in sorted(names)
    ]


def _standing(project: Project, name: str) -> tuple[int, int | None]:
    count = lists.count(project, Listing(entities.KIND, equal={"list": name}))
    changed = project.store.value(
        "SELECT max(max(r.effective_ms, ifnull((SELECT max(e.effective_ms) FROM edits e "
        "WHERE e.rid=r.rid), 0))) FROM kind_entity f JOIN records r USING(rid) WHERE f.list=?",
        (name,),
    )
    return count, None if changed is None else int(changed)


@dataclass(frozen=True)
class Thing:
    """One followed thing to read: its properties and its history."""

    title: str
    properties: Sequence[tuple[str, str]]
    history: Sequence[tuple[str, str]]


def thing(project: Project, key: RecordKey) -> Thing:
    """Read one followed thing. Raises KipuError when it is gone."""
    values = records.values(project, key)
    told = [
        (name.removeprefix("/"), words.value(value))
        for name, value in sorted(values.items())
        if name.startswith("/") and value is not None
    ]
    return Thing(str(values.get("label") or ""), told, history.told(project, key))


# -- files given as answers ----------------------------------------------------------------------------


@dataclass(frozen=True)
class GivenFile:
    """A file given as an answer: its attachment, name, size in bytes, and whether it is here."""

    key: RecordKey
    name: str
    size: int
    is_picture: bool
    is_here: bool


def given_files(project: Project, owner: RecordKey) -> dict[str, GivenFile]:
    """The files of a response or of one of its rows, by the answers that name them."""
    return {
        one.file.title: GivenFile(
            one.key, one.file.title, one.file.size, type_of(one.ref) == "photo", one.is_here
        )
        for one in attached.of(project, owner)
        if one.file
    }


def content(project: Project, key: RecordKey) -> bytes:
    """The bytes of a file given as an answer. Raises KipuError when they are not here."""
    return attachments.read(project, attached.find(project, key).ref)


def save_copy(project: Project, key: RecordKey, path: Path) -> str:
    """Write a file given as an answer where somebody asked for it; returns the file's name."""
    files.write(path, content(project, key))
    return path.name
