"""What can be wrong with an expression, in words a form author can act on.

Two moments: reading it (``XPathSyntaxError``, with the column) and running it
(``XPathEvaluationError``). Both are the form author's doing, never ours.
"""

from __future__ import annotations

from app.errors import KipuError


class XPathError(KipuError):
    """An expression cannot be read or run."""


class XPathSyntaxError(XPathError):
    """The expression is not written as XPath.

    ``position`` is the 0-based offset of the first character that does not fit.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class XPathEvaluationError(XPathError):
    """The expression is written as XPath, but asks for something that cannot be done."""
