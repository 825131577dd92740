"""Verbs for form authors: is the form right, and what would an interview be like."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.desk import Call, read_file, verb
from app.errors import KipuError
from app.i18n import _, ngettext

if TYPE_CHECKING:
    from app.forms import Problem
    from app.forms.checks.report import Report

MAX_BYTES = 64 * 1024 * 1024
RUNS = 20


def register(form: click.Group) -> None:
    form.add_command(check)
    form.add_command(preview)


@click.command("check")
@click.argument("file", metavar="FILE")
@verb
def check(call: Call, file: str) -> None:
    """Say whether a form can be used, all that is wrong and where, and what is odd about it."""
    from app.forms import FormError

    report = _checked(file)
    told: dict[str, Any] = {
        "ok": report.ok,
        "problems": [_told(one) for one in report.problems],
        "warnings": [_told(one) for one in report.warnings],
    }
    lines = [*map(str, report.problems), *map(_as_warning, report.warnings)]
    if not report.ok or report.definition is None:
        if not call.as_json:
            raise KipuError("\n".join(lines))
        call.tell(told, "")
        raise FormError(report.problems)
    form = report.definition
    asked = sum(1 for one in form.questions.values() if one.asked)
    told |= {
        "form_id": form.form_id,
        "version": form.version,
        "questions": asked,
        "languages": list(form.languages),
    }
    lines.append(_("{form} can be used: {count} questions.").format(form=form.form_id, count=asked))
    call.tell(told, "\n".join(lines))


def _as_warning(problem: Problem) -> str:
    return _("Note: {text}").format(text=problem)


def _checked(file: str) -> Report:
    data = read_file(file, MAX_BYTES)
    if Path(file).suffix.lower() != ".xml":
        _load_converter()
    from app.forms.checks.report import check as check_form

    return check_form(data, Path(file).name, frozenset(_beside(file)))


def _load_converter() -> None:
    """Load pyxform without numpy: its reader of workbooks would load that only to know its numbers,
    of which a form has none, and an author would wait a seventh longer.

    Only here, where no other thread could want numpy meanwhile.
    """
    is_spared = "numpy" not in sys.modules
    if is_spared:
        sys.modules["numpy"] = None  # type: ignore[assignment]
    try:
        import pyxform.xls2json_backends  # noqa: F401
    finally:
        if is_spared:
            del sys.modules["numpy"]


def _beside(file: str) -> dict[str, Path]:
    """Return the files in the form's folder and in ``NAME-media``, as ODK keeps them, by name."""
    form = Path(file)
    found: dict[str, Path] = {}
    for folder in (form.parent, form.parent / f"{form.stem}-media"):
        if folder.is_dir():
            found |= {one.name: one for one in folder.iterdir() if one.is_file()}
    return found


def _told(problem: Problem) -> dict[str, object]:
    names = ("sheet", "row", "column", "name", "message", "advice")
    return {name: getattr(problem, name) for name in names}


@click.command("preview")
@click.argument("file", metavar="FILE")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Another number, other answers."
)
@click.option("--runs", type=click.IntRange(1, 1_000), default=RUNS, show_default=True,
              help="How many interviews to look for questions that never come up.")  # fmt: skip
@verb
def preview(call: Call, file: str, seed: int, runs: int) -> None:
    """Show an interview with made-up answers, and which questions never come up."""
    from app.forms import FormError, Problem
    from app.forms.preview import never_asked
    from app.forms.preview import preview as simulate

    report = _checked(file)
    if report.definition is None or not report.ok:
        raise FormError(report.problems)
    form = report.definition
    media = {
        name: read_file(str(path), MAX_BYTES)
        for name, path in _beside(file).items()
        if name in form.files
    }
    first = simulate(form, seed, media)
    others = [simulate(form, seed + one, media) for one in range(1, runs)]
    never = [
        report.place(Problem(_("It came up in none of the interviews."), one.name, path=one.path))
        for one in never_asked(form, [first, *others])
    ]
    lines = [_line(one.label or one.name, one.answer, one.error) for one in first.asked]
    lines += [f"{path}: {message}" for path, message in first.errors.items()]
    lines.append(
        _("The interview ends complete.") if first.ok else _("The interview could not be closed.")
    )
    lines += map(str, never)
    lines.append(ngettext("{count} interview.", "{count} interviews.", runs).format(count=runs))
    call.tell(
        {"form_id": form.form_id, "seed": seed, "ok": first.ok,
         "asked": [{"path": one.path, "name": one.name, "kind": one.kind, "label": one.label,
                    "answer": one.answer, "error": one.error} for one in first.asked],
         "errors": dict(first.errors), "runs": runs, "never": [_told(one) for one in never]},
        "\n".join(lines),
    )  # fmt: skip


def _line(label: str, answer: str, error: str) -> str:
    told = f"{' '.join(label.split())}: {answer}" if answer else " ".join(label.split())
    return f"{told}  ({error})" if error else told
