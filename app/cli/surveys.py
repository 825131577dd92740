"""Verbs about forms, interviews and responses."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath
from typing import Any

import click

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
from app.errors import KipuError
from app.i18n import _, ngettext
from app.models import drafts, own_forms, spaces
from app.models.commands import records as writing
from app.models.commands import responses
from app.models.commands import surveys as work
from app.models.project import Project
from app.models.queries import surveys
from app.models.tables import style
from sync.values import Value


def register(cli: click.Group) -> None:
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
@verb
def form_import(call: Call, file: str | None, own: str | None) -> None:
    """Import an XLSForm or XForm for everybody (coordinators)."""
    project = call.joined
    if (file is None) == (own is None):
        raise KipuError(_("Name a file, or one of Kipu’s own forms with --own."))
    if own is not None:
        key = work.import_own(project, own)
    else:
        key = work.import_form(project, read_file(str(file), 64 * 1024 * 1024), str(file))
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
    rows = [
        {"id": one.key.id.hex(), "form_id": one.form_id, "version": one.version,
         "title": one.title, "questions": one.question_count}
        for one in found
    ]  # fmt: skip
    call.tell(rows, "\n".join(f"{one.form_id}@{one.version}  {one.title}" for one in found))


@form.command("check")
@click.argument("file", metavar="FILE")
@verb
def form_check(call: Call, file: str) -> None:
    """Say whether a form can be used, and if not, all that is wrong and where."""
    from app.forms import FormError, from_file

    try:
        definition = from_file(read_file(file, 64 * 1024 * 1024), PurePath(file).name)
    except FormError as error:
        if not call.as_json:
            raise KipuError("\n".join(str(problem) for problem in error.problems)) from error
        call.tell({"ok": False, "problems": [_told(one) for one in error.problems]}, "")
        raise
    asked = sum(1 for one in definition.questions.values() if one.asked)
    call.tell(
        {"ok": True, "problems": [], "form_id": definition.form_id, "version": definition.version,
         "questions": asked, "languages": list(definition.languages),
         "warnings": list(definition.warnings)},
        _("{form} can be used: {count} questions.").format(form=definition.form_id, count=asked),
    )  # fmt: skip


def _told(problem: object) -> dict[str, object]:
    names = ("sheet", "row", "column", "name", "message")
    return {name: getattr(problem, name) for name in names}


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


@interview.command("show")
@click.argument("name", metavar="ID")
@verb
def interview_show(call: Call, name: str) -> None:
    """A draft: what is answered, what is wrong, what is to be asked next."""
    project = call.joined
    draft = drafts.require(project, writing.parse_id(name))
    session = work.session_of(project, draft)
    waiting = [path for path in session.walk() if session.value(path) is None]
    found = {
        "id": draft.id.hex(), "folio": draft.body["folio"], "form": draft.body["form_id"],
        "answers": dict(session.draft()), "errors": session.errors(),
        "next": waiting[:1],
    }  # fmt: skip
    call.tell(found, "\n".join(f"{path}: {value!s}" for path, value in session.draft().items()))


@interview.command("list")
@verb
def interview_list(call: Call) -> None:
    """Interviews begun and not finished."""
    project = call.joined
    rows: list[dict[str, Any]] = [
        {"id": one.id.hex(), "folio": one.body.get("folio"), "form": one.body.get("form_id"),
         "space": spaces.name_of(project, one.space), "kept": iso(one.kept_ms)}
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
@verb
def survey_import(call: Call, form_name: str, file: str, space_name: str | None) -> None:
    """Take the rows of a CSV in as responses, all or none; wrong rows are named."""
    project = call.joined
    done = responses.import_table(
        project, surveys.find_form(project, form_name), read_file(file), _space(project, space_name)
    )
    call.tell(
        {"new": done.new, "known": done.known},
        ngettext("{count} new response", "{count} new responses", done.new).format(count=done.new)
        + ngettext(", {count} known already.", ", {count} known already.", done.known).format(
            count=done.known
        ),
    )


@survey.command("export")
@click.argument("form_name", metavar="FORM")
@click.option("-o", "out", required=True, metavar="FILE", help="FILE.csv or FILE.xlsx.")
@click.option("--search", "words", default="", help="Words that must occur.")
@click.option("--where", "where", multiple=True, metavar="QUESTION=VALUE", help=CONDITIONS)
@click.option("--labels/--codes", default=False, help="What people read, or what is stored.")
@click.option("--decimals", default="", metavar="comma|point", help="Else as the country has it.")
@verb
def survey_export(
    call: Call, form_name: str, out: str, words: str, where: tuple[str, ...], labels: bool,
    decimals: str,
) -> None:  # fmt: skip
    """Write responses as CSV or XLSX that spreadsheets open right."""
    require_writable(out)
    project, chosen = call.joined, style(labels, decimals)
    found = surveys.find_form(project, form_name)
    data, count = responses.export_table(project, found, PurePath(out).suffix, words, where, chosen)
    write_file(out, data)
    call.tell(
        {"file": out, "responses": count},
        ngettext("{count} response in {file}.", "{count} responses in {file}.", count).format(
            count=count, file=out
        ),
    )
