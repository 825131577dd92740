"""Cut an expression into tokens.

XPath has no reserved words: ``div`` is an operator after an operand and a name anywhere else, and
``*`` likewise. So the lexer looks at what came before, and in operator position it also accepts
``1div2``, which form authors do write.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from app.forms.xpath.errors import XPathSyntaxError
from app.i18n import _

MAX_CHARACTERS = 100_000
MAX_TOKENS = 30_000

_NAME = r"[^\W\d][\w.\-·]*"
_OPERAND = re.compile(
    rf"""\s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<string>"[^"]*"|'[^']*')
    | (?P<axis>[a-z][a-z\-]*)\s*::
    | (?P<variable>\$\s*{_NAME}(?::{_NAME})?)
    | (?P<name>{_NAME}(?::(?:{_NAME}|\*))?|\*)
    | (?P<symbol>//|\.\.|<=|>=|!=|[/.@()\[\],+\-=<>|])
    )""",
    re.VERBOSE,
)
_OPERATOR = re.compile(r"\s*(?P<symbol>and|or|div|mod|//|<=|>=|!=|[/*()\[\],+\-=<>|])")
_BLANK = re.compile(r"\s*")
_ENDS_OPERAND = frozenset({")", "]", ".", ".."})


class Token(NamedTuple):
    """``kind`` is number, string, axis, name, symbol or end; ``position`` a 0-based offset."""

    kind: str
    text: str
    position: int


def tokens(expression: str) -> list[Token]:
    """Return the tokens of ``expression``, closed by one of kind ``end``.

    Raises XPathSyntaxError at the first character that starts no token, or when the expression is
    longer than any person would write.
    """
    if len(expression) > MAX_CHARACTERS:
        raise XPathSyntaxError(_("The expression is too long."), MAX_CHARACTERS)
    found: list[Token] = []
    position, after_operand = 0, False
    while True:
        match = (_OPERATOR if after_operand else _OPERAND).match(expression, position)
        if match is None:
            break
        token = _token(match)
        found.append(token)
        if len(found) > MAX_TOKENS:
            raise XPathSyntaxError(_("The expression is too long."), token.position)
        position = match.end()
        after_operand = token.kind in _OPERANDS or token.text in _ENDS_OPERAND
    return [*found, _end(expression, position)]


_OPERANDS = frozenset({"number", "string", "name", "variable"})


def _token(match: re.Match[str]) -> Token:
    kind = match.lastgroup
    assert kind is not None
    return Token(kind, match[kind], match.start(kind))


def _end(expression: str, position: int) -> Token:
    blank = _BLANK.match(expression, position)
    position = blank.end() if blank else position
    if position == len(expression):
        return Token("end", "", position)
    rest = expression[position:]
    if rest[0] in "\"'":
        if rest.count(rest[0]) == 1:
            raise XPathSyntaxError(_("The quotation mark is never closed."), position)
        raise XPathSyntaxError(_("An operator is missing before this text."), position)
    if rest.startswith("${"):
        raise XPathSyntaxError(_("There is no question with the name in ${}."), position)
    word = re.match(r"\S{1,20}", rest)
    assert word is not None
    raise XPathSyntaxError(
        _("“{word}” cannot stand here; an operator may be missing before it.").format(word=word[0])
        if rest[0].isalnum()
        else _("“{word}” cannot stand here.").format(word=word[0]),
        position,
    )
