"""The functions expressions may call, by name."""

from __future__ import annotations

from app.forms.xpath.compiler import JAVAROSA, Scope, unknown_function

# Imported for what they declare.
from app.forms.xpath.functions import (  # noqa: F401
    choices,
    core,
    dates,
    digests,
    geography,
    logic,
    mathematics,
    nodesets,
    texts,
)
from app.forms.xpath.functions.registry import FUNCTIONS, check_count
from app.forms.xpath.piece import Piece
from app.forms.xpath.syntax import Call


def is_known(name: str) -> bool:
    """Tell whether forms may call a function of this name."""
    return name in FUNCTIONS


def build(call: Call, arguments: list[Piece], scope: Scope) -> Piece:
    """Return the piece of a call.

    Raises XPathEvaluationError for an unknown name or a wrong number of arguments.
    """
    found = FUNCTIONS.get(call.name)
    if found is None or (found.forms_only and not scope.forms):
        raise unknown_function(call.name)
    if call.name.startswith("jr:") and scope.namespaces.get("jr") != JAVAROSA:
        raise unknown_function(call.name)
    check_count(found, len(arguments))
    return found.build(arguments, scope.forms)
