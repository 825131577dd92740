"""XPath as forms use it: read an expression once, compile it to a closure, run it often.

``parse`` gives the tree, ``compile_expression`` the closure, ``Context`` and ``Host`` what it runs
against. Plain XPath 1.0 (``Scope(forms=False)``) and ODK XForms share everything but a few rules.
"""

from __future__ import annotations

from app.forms.xpath.compiler import Scope, compile_expression
from app.forms.xpath.context import Context, Host
from app.forms.xpath.errors import XPathError, XPathEvaluationError, XPathSyntaxError
from app.forms.xpath.nodes import Node, parse_document
from app.forms.xpath.parser import parse
from app.forms.xpath.piece import Piece

__all__ = [
    "Context",
    "Host",
    "Node",
    "Piece",
    "Scope",
    "XPathError",
    "XPathEvaluationError",
    "XPathSyntaxError",
    "compile_expression",
    "parse",
    "parse_document",
]
