"""Verbs about forms, interviews and responses."""

from __future__ import annotations

from datetime import date
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import click

from app.cli import forms
from app.cli.desk import (
    CONDITIONS,
    Call,
    iso,
    pairs,
    read_file,
    require_writable,
    typed_fields,
    verb,
    write_file,
)
from app.cli.taking_in import as_json, differing_lines
from app.errors import KipuError
from app.i18n import _, ngettext
from app.models import drafts, own_forms, spaces
from app.models.commands import (
    answer_files,
    recounting,
    reopening,
    repeat_tables,
    responses,
)
from app.models.commands import records as writing
from app.models.commands import surveys as work
from app.models.commands.taking_in import Imported
from app.models.project import Project
from app.models.queries import records, surveys, versions
from app.models.queries.surveys import Form
from app.models.tables import style
from sync.values import Value

if TYPE_CHECKING:
    from app.forms import Definition


def register(cli: click.Group) -> None:
    forms.register(form)
    for command in (form, interview, survey):
        cli.add_command(command)


# -- forms -------------------------------------------------------------------------------------------


@click.group()
def form() -> None:
    """Questionnaires."""


@form.command("templates")
@verb
def form_templates(call: Call) -> None:
    """The questionnaires that come with Kipu; `form import --own NAME` takes one."""
    here = {one.form_id for one in surveys.forms(call.joined)}
    rows = [
        {"name": one.name, "form_id": one.form_id, "title": str(one.title),
         "purpose": str(one.purpose), "here": one.form_id in here}
        for one in own_forms.OWN
    ]  # fmt: skip
    call.tell(rows, "\n".join(f"{row['name']}  {row['title']}" for row in rows))


@form.command("import")
@click.argument("file", metavar="FILE", required=False)
@click.option("--own", "own", metavar="NAME", help="One of Kipu's own; see `form templates`.")
@click.option(
    "--media",
    multiple=True,
    metavar="PATH",
    help="A file the form needs, or a folder of them; FORM-media beside the form is taken too.",
)
@verb
def form_import(call: Call, file: str | None, own: str | None, media: tuple[str, ...]) -> None:
    """Import an XLSForm or XForm for everybody (coordinators)."""
    project = call.joined
    if (file is None) == (own is None):
        raise KipuError(_("Name a file, or one of Kipu’s own forms with --own."))
    if own is not None:
        key = work.import_own(project, own)
    else:
        brought = own_forms.beside(Path(str(file)), [Path(one) for one in media])
        key = work.import_form(project, read_file(str(file), 64 * 1024 * 1024), str(file), brought)
    found = surveys.form_of(project, key.id.hex())
    call.tell(
        {"id": key.id.hex(), "form_id": found.form_id, "version": found.version,
         "title": found.title, "questions": found.question_count},
        _("{form} is ready: {count} questions.").format(
            form=found.form_id, count=found.question_count
        ),
    )  # fmt: skip


@form.command("list")
@verb
def form_list(call: Call) -> None:
    """The questionnaires here."""
    found = surveys.forms(call.joined)
    clashing = versions.clashing(call.joined)
    rows = [
        {"id": one.key.id.hex(), "form_id": one.form_id, "version": one.version,
         "title": one.title, "questions": one.question_count, "clash": one.key in clashing}
        for one in found
    ]  # fmt: skip
    lines = [
        f"{one.form_id}@{one.version}  {one.title}{_clash(one) if one.key in clashing else ''}"
        for one in found
    ]
    call.tell(rows, "\n".join(lines))


def _clash(form: Form) -> str:
    return "  " + _("! Another form has this name and version; this one is {id}.").format(
        id=form.key.id.hex()
    )


@form.command("compare")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@verb
def form_compare(call: Call, old: str, new: str) -> None:
    """Lay two versions side by side: each a file, or a form here (form_id@version)."""
    from app.forms.comparing import compare

    found = compare(_version(call.joined, old), _version(call.joined, new))
    rows = [
        {"before": one.before, "after": one.after, "changes": list(one.changes),
         "choices_gone": list(one.choices_gone), "choices_new": list(one.choices_new)}
        for one in found
    ]  # fmt: skip
    told = [one for one in found if one.gravest != "same"]
    lines = [f"{' '.join(one.changes)}: {one.before or '–'} → {one.after or '–'}" for one in told]
    call.tell(rows, "\n".join(lines) or _("Nothing differs."))


def _version(project: Project, name: str) -> Definition:
    from app.forms.xlsform import KINDS, converted

    if PurePath(name).suffix.lower() in KINDS:
        return converted(read_file(name, 64 * 1024 * 1024), PurePath(name).name).definition
    return surveys.definition(project, surveys.find_form(project, name).key)


# -- interviews --------------------------------------------------------------------------------------


@click.group()
def interview() -> None:
    """Interviews: begun, answered, finished."""


@interview.command("start")
@click.argument("form_name", metavar="FORM")
@click.option("--space", "space_name", metavar="NAME")
@verb
def interview_start(call: Call, form_name: str, space_name: str | None) -> None:
    """Begin an interview on a form (form_id or form_id@version)."""
    project = call.joined
    draft = work.start(project, surveys.find_form(project, form_name), _space(project, space_name))
    folio = str(draft.body["folio"])
    call.tell({"id": draft.id.hex(), "folio": folio}, f"{draft.id.hex()}  {folio}")


def _space(project: Project, name: str | None) -> bytes:
    return (spaces.find(project, name) if name else spaces.only_space(project)).id


@interview.command("answer")
@click.argument("name", metavar="ID")
@click.argument("answers", nargs=-1, metavar="QUESTION=VALUE...")
@click.option("--from-json", "source", metavar="FILE", help="Typed answers; - reads stdin.")
@verb
def interview_answer(call: Call, name: str, answers: tuple[str, ...], source: str | None) -> None:
    """Answer questions; what was answered survives whatever happens to the laptop."""
    project = call.joined
    given: dict[str, Value] = {**pairs(answers), **typed_fields(source)}
    done = work.answer(project, drafts.require(project, writing.parse_id(name)), given)
    lines = [f"{question}: {message}" for question, message in done.errors.items()]
    lines += [_("{name} is not to be asked.").format(name=one) for one in done.not_relevant]
    call.tell(
        {"errors": done.errors, "not_relevant": done.not_relevant}, "\n".join(lines) or _("Kept.")
    )


@interview.command("add-row")
@click.argument("name", metavar="ID")
@click.argument("repeat", metavar="REPEAT")
@click.option("--at", type=click.IntRange(min=1), metavar="N", help="As the Nth; else the last.")
@verb
def interview_add_row(call: Call, name: str, repeat: str, at: int | None) -> None:
    """Add a row to a repeat; its questions are then answered as REPEAT[N]/QUESTION=VALUE."""
    project = call.joined
    row = work.add_row(project, drafts.require(project, writing.parse_id(name)), repeat, at)
    call.tell({"row": row}, row)


@interview.command("remove-row")
@click.argument("name", metavar="ID")
@click.argument("row", metavar="REPEAT[N]")
@verb
def interview_remove_row(call: Call, name: str, row: str) -> None:
    """Take a row out of a repeat; the rows after it move up."""
    project = call.joined
    work.remove_row(project, drafts.require(project, writing.parse_id(name)), row)
    call.tell({"removed": row}, _("Removed."))


@interview.command("attach")
@click.argument("name", metavar="ID")
@click.argument("question", metavar="QUESTION")
@click.argument("file", metavar="FILE")
@verb
def interview_attach(call: Call, name: str, question: str, file: str) -> None:
    """Answer a question with a photograph, a recording or another file; it is kept encrypted."""
    project = call.joined
    draft = drafts.require(project, writing.parse_id(name))
    data = read_file(file, answer_files.LIMIT)
    answer = answer_files.answer(project, draft, question, data, PurePath(file).name)
    call.tell({"question": question, "answer": answer}, answer)


@interview.command("reopen")
@click.argument("name", metavar="FOLIO")
@click.option("--reason", required=True, metavar="WORDS", help="Why it is corrected; it is kept.")
@verb
def interview_reopen(call: Call, name: str, reason: str) -> None:
    """Open a finished interview as a draft, to correct it; what it was before stays told."""
    project = call.joined
    draft = reopening.reopen(project, records.find(project, name, "response"), reason)
    folio = str(draft.body["folio"])
    call.tell({"id": draft.id.hex(), "folio": folio}, f"{draft.id.hex()}  {folio}")


@interview.command("show")
@click.argument("name", metavar="ID")
@verb
def interview_show(call: Call, name: str) -> None:
    """A draft: what is answered, what is wrong, what is to be asked next."""
    project = call.joined
    draft = drafts.require(project, writing.parse_id(name))
    session = work.session_of(project, draft)
    waiting = [path for path in session.walk() if session.value(path) is None]
    found: dict[str, Any] = {
        "id": draft.id.hex(), "folio": draft.body["folio"], "form": draft.body["form_id"],
        "answers": dict(session.draft()), "errors": session.errors(),
        "next": waiting[:1],
    }  # fmt: skip
    if reopening.is_reopened(draft):
        found |= {"corrects": draft.body["reopened"], "reason": draft.body["reason"]}
    call.tell(found, "\n".join(f"{path}: {value!s}" for path, value in session.draft().items()))


@interview.command("list")
@verb
def interview_list(call: Call) -> None:
    """Interviews begun and not finished."""
    project = call.joined
    names = spaces.names(project)
    rows: list[dict[str, Any]] = [
        {"id": one.id.hex(), "folio": one.body.get("folio"), "form": one.body.get("form_id"),
         "space": names.get(one.space, spaces.UNKNOWN), "kept": iso(one.kept_ms)}
        for one in drafts.all_drafts(project, "response")
    ]  # fmt: skip
    lines = [f"{row['id']}  {row['folio']}  {row['form']}  {row['kept']}" for row in rows]
    call.tell(rows, "\n".join(lines))


@interview.command("today")
@click.option("--since", metavar="DAY", help="From this day on (ISO) instead of today.")
@verb
def interview_today(call: Call, since: str | None) -> None:
    """The interviews of this laptop by folio, with their state: draft, complete, sent."""
    project = call.joined
    try:
        day = date.fromisoformat(since) if since else date.today()
    except ValueError as error:
        raise KipuError(_("A day is written as 2026-11-20.")) from error
    rows: list[dict[str, Any]] = [
        {"id": one.id.hex(), "folio": one.body.get("folio"), "form": one.body.get("form_id"),
         "state": "draft", "sent": False, "at": iso(one.kept_ms)}
        for one in drafts.all_drafts(project, "response")
    ] + [
        {"id": one.key.id.hex(), "folio": one.folio, "form": one.form_id, "state": one.status,
         "sent": one.sent, "at": iso(one.finished_ms)}
        for one in surveys.done_here(project, day.isoformat())
    ]  # fmt: skip
    lines = [f"{row['folio']}  {row['state']}{'  ✓' if row['sent'] else ''}" for row in rows]
    call.tell(rows, "\n".join(lines))


@interview.command("abandon")
@click.argument("name", metavar="ID")
@click.option(
    "--status", type=click.Choice(["refused", "interrupted", "not_eligible"]), required=True
)
@click.option("--reason", required=True, metavar="WORDS")
@verb
def interview_abandon(call: Call, name: str, status: str, reason: str) -> None:
    """End an interview that cannot go on; what was answered is kept with the reason."""
    project = call.joined
    draft = drafts.require(project, writing.parse_id(name))
    key = work.abandon(project, draft, status, reason)
    call.tell({"id": key.id.hex(), "folio": draft.body["folio"], "status": status}, _("Abandoned."))


@interview.command("finish")
@click.argument("name", metavar="ID")
@verb
def interview_finish(call: Call, name: str) -> None:
    """Complete an interview: from now on it travels with the next sync."""
    project = call.joined
    draft = drafts.require(project, writing.parse_id(name))
    key = work.finish(project, draft)
    call.tell({"id": key.id.hex(), "folio": draft.body["folio"]}, _("Complete."))


@interview.command("discard")
@click.argument("name", metavar="ID")
@verb
def interview_discard(call: Call, name: str) -> None:
    """Throw a draft away for good."""
    project = call.joined
    drafts.discard(project, writing.parse_id(name))
    call.tell({"id": name}, _("Thrown away."))


# -- tables ------------------------------------------------------------------------------------------


@click.group()
def survey() -> None:
    """Responses as tables."""


@survey.command("import")
@click.argument("form_name", metavar="FORM")
@click.argument("file", metavar="FILE.csv")
@click.option("--space", "space_name", metavar="NAME")
@click.option("--repeat", default="", metavar="NAME", help="As rows of this repeat, as exported.")
@verb
def survey_import(
    call: Call, form_name: str, file: str, space_name: str | None, repeat: str
) -> None:
    """Take the rows of a CSV in as responses, all or none; wrong rows are named.

    A row that is here already corrects nothing; that it says something else is told.
    """
    project = call.joined
    found, data = surveys.find_form(project, form_name), read_file(file)
    space = _space(project, space_name)
    if repeat:
        rows = repeat_tables.import_rows(project, found, repeat, data, space)
        said = ngettext("{count} new row", "{count} new rows", rows.new).format(count=rows.new)
        _tell_imported(call, said, rows)
        return
    done = responses.import_table(project, found, data, space)
    said = ngettext("{count} new response", "{count} new responses", done.new)
    _tell_imported(call, said.format(count=done.new), done)


def _tell_imported(call: Call, said: str, done: Imported) -> None:
    known = ngettext(", {count} known already.", ", {count} known already.", done.known)
    lines = [said + known.format(count=done.known), *differing_lines(done)]
    call.tell(as_json(done), "\n".join(lines))


@survey.command("export")
@click.argument("form_name", metavar="FORM")
@click.option("-o", "out", required=True, metavar="FILE", help="FILE.csv or FILE.xlsx.")
@click.option("--search", "words", default="", help="Words that must occur.")
@click.option("--where", "where", multiple=True, metavar="QUESTION=VALUE", help=CONDITIONS)
@click.option("--labels/--codes", default=False, help="What people read, or what is stored.")
@click.option("--decimals", default="", metavar="comma|point", help="Else as the country has it.")
@click.option("--repeat", default="", metavar="NAME", help="The rows of this repeat, as a CSV.")
@verb
def survey_export(
    call: Call, form_name: str, out: str, words: str, where: tuple[str, ...], labels: bool,
    decimals: str, repeat: str,
) -> None:  # fmt: skip
    """Write responses as CSV or XLSX that spreadsheets open right."""
    require_writable(out)
    project, chosen = call.joined, style(labels, decimals)
    found = surveys.find_form(project, form_name)
    suffix = PurePath(out).suffix
    data, count = responses.export_table(project, found, suffix, words, where, chosen, repeat)
    write_file(out, data)
    call.tell(
        {"file": out, "responses": count},
        ngettext("{count} response in {file}.", "{count} responses in {file}.", count).format(
            count=count, file=out
        ),
    )


@survey.command("recount")
@click.argument("form_name", metavar="FORM")
@verb
def survey_recount(call: Call, form_name: str) -> None:
    """Work out anew what follows from the answers of all responses (coordinators).

    Two laptops that changed one response each may have left a sum that is right for neither.
    """
    project = call.joined
    done = recounting.recount_form(project, surveys.find_form(project, form_name))
    call.tell(
        {"checked": done.checked, "changed": done.changed},
        ngettext(
            "{count} response looked through, {changed} changed.",
            "{count} responses looked through, {changed} changed.",
            done.checked,
        ).format(count=done.checked, changed=done.changed),
    )
