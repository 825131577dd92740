"""What Kipu cannot run, named thing by thing, so that a form is refused and never bent.

What a computer on a table merely cannot fill in by itself (where it stands, a recording in the
background) is no reason to refuse a form: the check tells what becomes of those answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from app.forms.body import Body, Oddity
from app.forms.definition import Bind
from app.forms.formula import Formula
from app.forms.problems import Problem
from app.forms.secondary import LAST_SAVED
from app.forms.texts import local
from app.i18n import _

_SHOWN = frozenset({"repeat", "upload", "range", "rank", "itemset"})
"""Oddities of the body that controls of our own show."""
_SEARCH = "search("


def unsupported(model: Element, body: Body, binds: dict[str, Bind]) -> tuple[Problem, ...]:
    """Return everything in a form that Kipu cannot do yet, without repetitions."""
    found: dict[Problem, None] = {}
    for each in (_controls(body.oddities), _attributes(binds), _searches(body), _encrypted(model)):
        found.update(dict.fromkeys(each))
    return tuple(found)


def _controls(oddities: list[Oddity]) -> Iterator[Problem]:
    for oddity in oddities:
        if oddity.what == "query":
            message = _(
                "The choices of this question lie in itemsets.csv. Import the XLSForm the form was "
                "made from."
            )
            yield Problem(message, oddity.place.name if oddity.place else "", column="type")
        elif oddity.what not in _SHOWN:
            message = _("Controls of kind “{name}” are not supported yet.").format(name=oddity.what)
            yield Problem(message, oddity.place.name if oddity.place else "", column="type")


def _attributes(binds: dict[str, Bind]) -> Iterator[Problem]:
    for path in binds:
        owner, attribute, _name = path.partition("/@")
        # Those of an entity say what becomes of it; others have no place to be kept.
        if attribute and owner.rpartition("/")[2] != "entity":
            message = _("Values written into attributes are not supported yet.")
            yield Problem(message, path.rpartition("/")[2])


def unknown_functions(formulas: Iterable[tuple[Formula, str]]) -> Iterator[Problem]:
    """Yield every call of a function that nobody knows."""
    for formula, column in formulas:
        for name in formula.unknown_functions():
            yield Problem(
                _("The function {name}() is not supported.").format(name=name),
                formula.context.name,
                column=column,
            )


def _searches(body: Body) -> Iterator[Problem]:
    for question in body.questions.values():
        if _SEARCH in question.appearance:
            message = _(
                "search() takes a file, and perhaps how to compare which columns with what, and is "
                "written beside one single choice, which names columns. Take choices from the file "
                "with select_one_from_file instead."
            )
            yield Problem(message, question.name, column="appearance")


def _encrypted(model: Element) -> Iterator[Problem]:
    for element in model:
        if local(element) == "submission" and element.get("base64RsaPublicKey"):
            message = _(
                "Forms that encrypt their own answers are not supported; Kipu keeps everything "
                "encrypted itself. Take “public_key” out."
            )
            yield Problem(message, sheet="settings", row=2, column="public_key")


def needed_files(model: Element) -> dict[str, Problem]:
    """Return the files a form takes its lists from, by name, with what to say if one is missing."""
    found = {}
    for element in model:
        source = element.get("src", "") if local(element) == "instance" else ""
        if source and source != LAST_SAVED:
            name = PurePosixPath(source).name
            message = _("The form needs the file “{name}”. Bring it along with the form.")
            found[name] = Problem(message.format(name=name), element.get("id", ""))
    return found
