"""What a form asks of the device that a computer on a table knows only in part, said to its author."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.forms import audit
from app.forms.definition import Definition
from app.forms.problems import Problem
from app.i18n import LazyText, _, lazy

_ACTIONS: Final[dict[str, LazyText]] = {
    "setgeopoint": lazy(
        "A computer does not know where it is: this takes the place that was told for today in "
        "“This laptop”, and stays empty where nobody told one."
    ),
    "recordaudio": lazy(
        "What is said is recorded while the interview is open, for all to see, as long as the "
        "computer has a microphone and nobody at the table ends it."
    ),
}
_PROPERTIES: Final = ("email", "phonenumber")


def metadata(definition: Definition) -> Iterator[Problem]:
    """Yield what becomes of each thing a telephone would fill in by itself."""
    yield from _audit(definition)
    for action in definition.actions:
        said = _ACTIONS.get(action.kind)
        if said is not None:
            yield Problem(str(said), action.target.name, column="type", path=action.target.path)
    for path, bind in definition.binds.items():
        name = bind.preload_parameters.removeprefix("uri:")
        if bind.preload == "property" and name in _PROPERTIES:
            message = _("This takes what the interviewer told in “This laptop”; else it is empty.")
            place = definition.place(path)
            yield Problem(message, place.name, column="type", path=path)


def _audit(definition: Definition) -> Iterator[Problem]:
    wanted = definition.audit
    if wanted is None:
        return
    message = _("The interview is logged: what is on the page, since when and until when.")
    if wanted.changes:
        message = _(
            "The interview is logged: what is on the page, since when and until when, and each "
            "answer before and after it was changed."
        )
    yield Problem(message, "audit", column="type", path=audit.PATH)
    if wanted.place:
        message = _(
            "A computer does not know where it is: the log tells the place that was told for today "
            "in “This laptop”, and none where nobody told one."
        )
        yield Problem(message, "audit", column="parameters", path=audit.PATH)
