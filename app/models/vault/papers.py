"""What is wrong with a typed recovery code, as the sentence for the person holding the paper."""

from __future__ import annotations

from app.errors import KipuError
from app.i18n import _, ngettext
from sync import crockford
from sync.crockford import Paper


def read_code(text: str, paper: Paper = Paper.LAPTOP) -> bytes:
    """Return the secret of a typed recovery code. Raises KipuError saying what to look at."""
    try:
        return crockford.read(text, paper)
    except crockford.CodeError as error:
        raise KipuError(_sentence(error)) from error


def _sentence(error: crockford.CodeError) -> str:
    if isinstance(error, crockford.CodeOfOtherPaper):
        return _other_paper(error)
    if isinstance(error, crockford.CodeWithoutLetter):
        text = _("This recovery code must begin with the letter {wanted}.")
    elif isinstance(error, crockford.CodeCharacter):
        text = _("In group {group} of the recovery code, “{character}” is no letter it can have.")
    elif isinstance(error, crockford.CodeLength) and error.params["group"]:
        text = _("Group {group} of the recovery code does not have five characters.")
    elif isinstance(error, crockford.CodeLength):
        text = _("The recovery code has {wanted} characters after its first; {typed} were typed.")
    elif isinstance(error, crockford.CodeGroup):
        text = ngettext(
            "Group {groups} of the recovery code is mistyped.",
            "Groups {groups} of the recovery code are mistyped.",
            int(error.params["count"]),
        )
    else:
        text = _("No recovery code was typed.")
    return text.format(**error.params)


def _other_paper(error: crockford.CodeOfOtherPaper) -> str:
    if error.params["typed"] == Paper.PROJECT.value:
        return _("This is the project's recovery code; this laptop's begins with the letter L.")
    return _("This is a laptop's recovery code; the project's begins with the letter P.")
