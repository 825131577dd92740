"""The command `kipu`: its groups of verbs, and what becomes of errors."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from app.cli import (
    attachments,
    carrying,
    compacting,
    erasing,
    groups,
    handover,
    laptops,
    logs,
    meetings,
    people,
    practice,
    projects,
    records,
    serve,
    simulate,
    surveys,
    syncing,
)
from app.cli.desk import Call, Desk, read_file, verb
from app.cli.spoken import speak
from app.errors import KipuError
from app.i18n import _
from app.log import report_fault

FAULT = 70  # EX_SOFTWARE of sysexits.h: a fault of ours, not of what was asked


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kipu", prog_name="kipu")
@click.pass_context
def cli(context: click.Context) -> None:
    """Kipu: field diagnosis and committee meetings, offline first.

    Without a verb the window opens. The passphrase comes from KIPU_PASSPHRASE, --passphrase-fd or
    a prompt; KIPU_HOME chooses the data folder.
    """
    if context.obj is None:
        context.obj = Desk()


for group in (
    attachments,
    carrying,
    compacting,
    erasing,
    groups,
    handover,
    laptops,
    logs,
    meetings,
    people,
    practice,
    projects,
    records,
    serve,
    simulate,
    surveys,
    syncing,
):
    group.register(cli)


@cli.command()
@click.argument("file", metavar="FILE")
@verb
def batch(call: Call, file: str) -> None:
    """Run many verbs, one a line, after one unlock; stops at the first that fails."""
    text = sys.stdin.read() if file == "-" else read_file(file).decode("utf-8", "replace")
    desk = call.desk
    kept, desk.keeps_open = desk.keeps_open, True
    try:
        for number, line in _commands(text):
            _run_line(desk, number, line)
    finally:
        desk.keeps_open = kept


def _commands(text: str) -> Iterator[tuple[int, str]]:
    """Every verb with the number of its first line; a quoted text may go on over line breaks."""
    begun, first = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not begun and (not line.strip() or line.lstrip().startswith("#")):
            continue
        begun, first = (f"{begun}\n{line}", first) if begun else (line, number)
        if _is_whole(begun):
            yield first, begun
            begun = ""
    if begun:
        yield first, begun


def _is_whole(command: str) -> bool:
    try:
        shlex.split(command)
    except ValueError:
        return False
    return True


def _run_line(desk: Desk, number: int, line: str) -> None:
    try:
        words = shlex.split(line)
        words = words[1:] if words[:1] == ["kipu"] else words
        cli.main(words, prog_name="kipu", standalone_mode=False, obj=desk)
    except (KipuError, click.ClickException, ValueError) as error:
        told = error.format_message() if isinstance(error, click.ClickException) else str(error)
        raise KipuError(
            _("Line {number}: {problem}").format(number=number, problem=told)
        ) from error


def _require_text(words: Sequence[str]) -> None:
    """Raises KipuError for bytes that are no text, which a terminal can pass on."""
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError as error:
            raise KipuError(
                _("“{file}” cannot be read: {reason}.").format(file=ascii(word), reason="UTF-8")
            ) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line; returns the exit code. Never shows a trace."""
    desk = Desk()
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        _require_text(words)
        speak(cli)
        outcome: Any = cli.main(
            words,
            prog_name="kipu",
            standalone_mode=False,
            obj=desk,
        )
        sys.stdout.flush()
        return outcome if isinstance(outcome, int) else 0
    except KipuError as error:
        click.echo(error.message, err=True)
        return 1
    except click.exceptions.Abort:
        click.echo(_("Stopped."), err=True)
        return 130
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as fault:
        click.echo(report_fault(fault), err=True)
        return FAULT
    finally:
        desk.close()
