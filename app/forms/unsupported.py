"""What Kipu cannot run yet, named thing by thing, so that a form is refused and never bent.

Every entry here is a promise to be lifted: the engine's shape has room for each of them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from xml.etree.ElementTree import Element

from app.forms.body import ACTIONS, Body, Oddity
from app.forms.definition import Bind
from app.forms.formula import Formula
from app.forms.places import Place
from app.forms.problems import Problem
from app.forms.texts import Texts, local
from app.i18n import _, lazy

TYPES = frozenset(
    {
        *("string", "int", "integer", "decimal", "date", "time", "dateTime"),
        *("geopoint", "select1", "select"),
    }
)
PRELOADS = {
    "uid": None,
    "timestamp": frozenset({"start", "end"}),
    "date": frozenset({"today"}),
    "property": frozenset({"deviceid", "username", "email", "phonenumber", "uri:deviceid"}),
}
_CONTROLS = {
    "repeat": lazy("Repeated questions (repeats) are not supported yet."),
    "upload": lazy("Photographs, audio, video and files are not supported yet."),
    "range": lazy("Questions of type range are not supported yet."),
    "rank": lazy("Questions of type rank are not supported yet."),
}


def unsupported(
    model: Element,
    primary: Element,
    body: Body,
    binds: dict[str, Bind],
    texts: Texts,
    formulas: Iterable[tuple[Formula, str]],
) -> tuple[Problem, ...]:
    """Return everything in a form that Kipu cannot do yet, without repetitions."""
    found: dict[Problem, None] = {}
    for each in (
        _controls(body.oddities),
        _binds(binds, body.questions),
        unknown_functions(formulas),
        _appearances(body),
        _instances(model),
        _actions(model, body),
        _entities(primary),
        _media(texts),
    ):
        found.update(dict.fromkeys(each))
    return tuple(found)


def _controls(oddities: list[Oddity]) -> Iterator[Problem]:
    for oddity in oddities:
        known = _CONTROLS.get(oddity.what)
        if oddity.what == "itemset":
            column = "parameters" if "randomize" in oddity.detail else "choice_filter"
            yield _named(oddity.place, _itemset(oddity.detail), column)
        elif known is not None:
            yield _named(oddity.place, str(known), "type")
        else:
            yield _named(
                oddity.place,
                _("Controls of kind “{name}” are not supported yet.").format(name=oddity.what),
                "type",
            )


def _itemset(nodeset: str) -> str:
    if "randomize" in nodeset:
        return _("Choices in random order are not supported yet.")
    return _("Choices taken from files or from repeats are not supported yet.")


def _binds(binds: dict[str, Bind], shown: Container[str]) -> Iterator[Problem]:
    for path, bind in binds.items():
        name = path.rpartition("/")[2]
        if "/@" in path:
            # The engine works them out; there is no place to keep them.
            yield Problem(_("Values written into attributes are not supported yet."), name)
        # What an upload holds has been told with its control.
        if bind.type not in TYPES and not (bind.type == "binary" and path in shown):
            yield Problem(
                _("Questions of type “{type}” are not supported yet.").format(type=bind.type),
                name,
                column="type",
            )
        if bind.preload and not _is_known_preload(bind):
            yield Problem(
                _("The automatic value “{name}” is not supported yet.").format(
                    name=f"{bind.preload} {bind.preload_parameters}".strip()
                ),
                name,
                column="type",
            )


def _is_known_preload(bind: Bind) -> bool:
    parameters = PRELOADS.get(bind.preload, frozenset())
    return parameters is None or bind.preload_parameters in parameters


def unknown_functions(formulas: Iterable[tuple[Formula, str]]) -> Iterator[Problem]:
    """Yield every call of a function that nobody knows."""
    for formula, column in formulas:
        for name in formula.unknown_functions():
            yield Problem(
                _("The function {name}() is not supported.").format(name=name),
                formula.context.name,
                column=column,
            )


def _appearances(body: Body) -> Iterator[Problem]:
    for question in body.questions.values():
        if question.appearance.startswith("search("):
            message = _("Choices searched in a file (search) are not supported yet.")
            yield Problem(message, question.name, column="appearance")


def _instances(model: Element) -> Iterator[Problem]:
    for element in model:
        if local(element) == "instance" and element.get("src"):
            yield Problem(
                _("Data from another file is not supported yet: {source}.").format(
                    source=element.get("src")
                ),
                element.get("id", ""),
            )
        elif local(element) == "submission" and element.get("base64RsaPublicKey"):
            yield Problem(_("Forms that encrypt their own answers are not supported."))


def _actions(model: Element, body: Body) -> Iterator[Problem]:
    for element in (*model, *(one for one, _source in body.acts)):
        if local(element) in ACTIONS:
            yield _action(element)


def _entities(primary: Element) -> Iterator[Problem]:
    for meta in primary:
        if local(meta) == "meta" and any(
            local(one) == "entity" and one.get("dataset") for one in meta
        ):
            yield Problem(_("Entities are not supported yet."))


def _action(element: Element) -> Problem:
    name = (element.get("ref") or "").rpartition("/")[2]
    return Problem(
        _(
            "Values set by an event ({name}: dynamic defaults, triggers) are not supported yet."
        ).format(name=local(element)),
        name,
    )


def _media(texts: Texts) -> Iterator[Problem]:
    for name, kind in texts.media():
        question = name.rpartition(":")[0].rpartition("/")[2] or name
        yield Problem(
            _("Media with a text ({kind}) are not supported yet.").format(kind=kind),
            question,
            column=f"media::{kind}",
        )


def _named(place: Place | None, message: str, column: str) -> Problem:
    return Problem(message, place.name if place else "", column=column)
