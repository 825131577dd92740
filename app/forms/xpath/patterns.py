"""Regular expressions from form authors, matched in bounded time.

Python's engine goes back and tries again, which takes a pattern such as ``(a+)+$`` longer than
anyone waits, and it knows no time limit. So a pattern is read first. Where going back could cost
much for the text at hand, all ways are followed at once instead, one character after the other, as
RE2 does: slower by a factor, but never by more than pattern times text. What cannot be matched so
(looking around, referring back) is refused there. A further dependency was not worth it: the
``regex`` module has a time limit, but then a form would be valid on one laptop and not on another.
"""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from app.forms.xpath.errors import XPathEvaluationError
from app.i18n import _

MAX_PATTERN = 1_000
MAX_MATCHED = 10_000
MAX_PROGRAM = 5_000
MAX_BACKTRACKS = 1_000_000
"""How many steps Python's engine may be expected to take, at worst, before it is not used."""

_WORK = 3
"""What one step of the slow way counts against an expression's limit of nodes looked at."""

_ESCAPE = re.compile(r"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^0-9])", re.DOTALL)
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_TIMES = re.compile(r"\{(\d{0,4})(,?)(\d{0,4})\}")
_OPEN = re.compile(r"\((\?:|\?P<\w+>|(?!\?))")
_PROPERTY = re.compile(r"\\([pP])\{(?:Is)?(\w+)\}")
_PIECES = re.compile(r"\\[pP]\{\w+\}|\\.|.", re.DOTALL)
_NAMED = {"Alphabetic": "L", "Alpha": "L", "Letter": "L", "Digit": "Nd", "Punct": "P"}
_EDGES = {"^": "^", "$": "$", r"\b": r"\b", r"\B": r"\B", r"\A": "^", r"\Z": r"\Z"}


class _TooRich(Exception):
    """The pattern uses what cannot be followed one character after the other."""


@dataclass(frozen=True, slots=True)
class _One:
    """One character, as a pattern of its own; or the edge of a word or text."""

    token: str
    is_edge: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    parts: tuple[_Tree, ...]


@dataclass(frozen=True, slots=True)
class _Either:
    ways: tuple[_Tree, ...]


@dataclass(frozen=True, slots=True)
class _Times:
    inner: _Tree
    fewest: int
    most: int | None


_Tree: TypeAlias = _One | _Row | _Either | _Times


def matches(text: str, pattern: str, spend: Callable[[int], None] | None = None) -> bool:
    """Tell whether ``pattern`` is found in ``text``; raises XPathEvaluationError if it is none.

    ``spend`` is told the work before it is done, and may raise to keep it from being done.
    """
    text = text[:MAX_MATCHED]
    compiled, tree, cost = _understood(pattern)
    if (len(text) + 1) ** cost <= MAX_BACKTRACKS:
        return compiled.search(text) is not None
    if tree is None:
        raise XPathEvaluationError(_("The regular expression would take too long."))
    program = _program(pattern)
    if spend is not None:
        spend(_WORK * len(text) * len(program))
    return _follow(program, text)


def check(pattern: str) -> None:
    """Raise XPathEvaluationError if ``pattern`` is no regular expression."""
    _understood(pattern)


@lru_cache(maxsize=512)
def _understood(pattern: str) -> tuple[re.Pattern[str], _Tree | None, int]:
    """Return a pattern compiled, its tree (None if too rich), and the power its cost grows with."""
    if len(pattern) > MAX_PATTERN:
        raise XPathEvaluationError(_("The regular expression is too long."))
    try:
        spelled = _spelled_out(pattern)
        compiled = re.compile(spelled, re.ASCII)
    except (re.error, OverflowError, RecursionError) as error:
        raise XPathEvaluationError(
            _("“{pattern}” is not a regular expression: {reason}.").format(
                pattern=pattern, reason=error
            )
        ) from None
    try:
        tree = _Reader(spelled).whole()
    except _TooRich:
        # One more for every mark that repeats; whether they nest is not known.
        marks = len(re.findall(r"[*+]|,\}", pattern))
        return compiled, None, marks + 1
    return compiled, tree, _cost(tree) + 1


def _spelled_out(pattern: str) -> str:
    r"""The pattern with ``\p{L}`` and its like, which Java knows and Python does not, as characters."""
    if not _PROPERTY.search(pattern):
        return pattern
    found, is_class = [], False
    for piece in _PIECES.findall(pattern):
        match = _PROPERTY.fullmatch(piece)
        if match is None:
            is_class = (is_class or piece == "[") and piece != "]"
            found.append(piece)
            continue
        letters = _letters(_NAMED.get(match[2], match[2]), match[1] == "p")
        if not letters:
            raise re.error(_("there are no characters called “{name}”").format(name=match[2]))
        found.append(letters if is_class else f"[{letters}]")
    return "".join(found)


@lru_cache(maxsize=16)
def _letters(category: str, within: bool) -> str:
    """Characters of a general category of Unicode ("L", "Lu"), or all others, as ranges."""
    every = map(chr, range(sys.maxunicode + 1))
    spans = itertools.groupby(
        every, key=lambda one: unicodedata.category(one).startswith(category) is within
    )
    runs = [list(span) for wanted, span in spans if wanted]
    if within is False and len(runs) == 1:
        return ""
    return "".join(f"{re.escape(run[0])}-{re.escape(run[-1])}" for run in runs)


def _cost(tree: _Tree) -> int:
    """Return with which power of the text the ways through ``tree`` may multiply."""
    match tree:
        case _Row(parts):
            return sum(map(_cost, parts))
        case _Either(ways):
            return max(map(_cost, ways))
        case _Times(inner, fewest, most):
            many = most is None or most - fewest > 3
            if many and (_cost(inner) or isinstance(inner, _Either)):
                # Repeats inside repeats: there is no power that would do.
                return 99
            return _cost(inner) * (most or 1) + many
    return 0


class _Reader:
    """Reads a pattern Python has already accepted."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def whole(self) -> _Tree:
        tree = self._either()
        if self._at != len(self._pattern):
            raise _TooRich
        return tree

    def _take(self, what: re.Pattern[str]) -> re.Match[str] | None:
        match = what.match(self._pattern, self._at)
        if match is not None:
            self._at = match.end()
        return match

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _either(self) -> _Tree:
        ways = [self._row()]
        while self._peek() == "|":
            self._at += 1
            ways.append(self._row())
        return ways[0] if len(ways) == 1 else _Either(tuple(ways))

    def _row(self) -> _Tree:
        parts: list[_Tree] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else _Row(tuple(parts))

    def _repeated(self, inner: _Tree) -> _Tree:
        fewest, most = 1, 1
        mark = self._peek()
        times = self._take(_TIMES) if mark == "{" else None
        if times is not None and times[0] not in ("{}", "{,}"):
            fewest = int(times[1] or 0)
            limit = int(times[3]) if times[3] else None
            found = _Times(inner, fewest, limit if times[2] else fewest)
        elif mark and mark in "*+?":
            self._at += 1
            found = _Times(inner, int(mark == "+"), 1 if mark == "?" else None)
        else:
            return inner if (fewest, most) == (1, 1) else _Times(inner, fewest, most)
        if self._peek() == "?":
            # As few as possible: it matches the same texts.
            self._at += 1
        elif self._peek() == "+":
            raise _TooRich
        return found

    def _atom(self) -> _Tree:
        letter = self._peek()
        if letter == "(":
            if self._take(_OPEN) is None:
                raise _TooRich
            tree = self._either()
            self._at += 1
            return tree
        known = {"[": _CLASS, "\\": _ESCAPE}.get(letter)
        if known is None:
            self._at += 1
            return _One(letter if letter in ".^$" else re.escape(letter), letter in "^$")
        match = self._take(known)
        if match is None:
            raise _TooRich
        return _One(_EDGES.get(match[0], match[0]), match[0] in _EDGES)


@dataclass(slots=True)
class _Step:
    """What to do at one point: take a character, check an edge, or go on at any of ``ways``."""

    token: str = ""
    is_edge: bool = False
    ways: tuple[int, ...] = ()


@lru_cache(maxsize=128)
def _program(pattern: str) -> tuple[_Step, ...]:
    """Return the steps of a pattern; the last one is its end."""
    tree = _understood(pattern)[1]
    steps: list[_Step] = []
    assert tree is not None
    _write(tree, steps)
    steps.append(_Step())
    return tuple(steps)


def _write(tree: _Tree, steps: list[_Step]) -> None:
    if len(steps) > MAX_PROGRAM:
        raise XPathEvaluationError(_("The regular expression would take too long."))
    match tree:
        case _One(token, is_edge):
            steps.append(_Step(token, is_edge, (len(steps) + 1,)))
        case _Row(parts):
            for part in parts:
                _write(part, steps)
        case _Either(ways):
            _write_ways(ways, steps)
        case _Times(inner, fewest, most):
            for _each in range(fewest):
                _write(inner, steps)
            if most is None:
                _write_loop(inner, steps)
            else:
                _write_some(inner, most - fewest, steps)


def _write_ways(ways: tuple[_Tree, ...], steps: list[_Step]) -> None:
    fork = _Step()
    steps.append(fork)
    ends, starts = [], []
    for way in ways:
        starts.append(len(steps))
        _write(way, steps)
        end = _Step()
        ends.append(end)
        steps.append(end)
    fork.ways = tuple(starts)
    for end in ends:
        end.ways = (len(steps),)


def _write_loop(inner: _Tree, steps: list[_Step]) -> None:
    start = len(steps)
    fork = _Step()
    steps.append(fork)
    _write(inner, steps)
    steps.append(_Step(ways=(start,)))
    fork.ways = (start + 1, len(steps))


def _write_some(inner: _Tree, most: int, steps: list[_Step]) -> None:
    forks = []
    for _each in range(most):
        fork = _Step()
        forks.append((fork, len(steps) + 1))
        steps.append(fork)
        _write(inner, steps)
    for fork, following in forks:
        fork.ways = (following, len(steps))


def _follow(steps: tuple[_Step, ...], text: str) -> bool:
    """Walk through ``text`` on all ways at once; a match may begin anywhere."""
    end = len(steps) - 1
    here: set[int] = set()
    for at in range(len(text) + 1):
        here.add(0)
        here = _reached(steps, here, text, at)
        if end in here:
            return True
        if at < len(text):
            here = {
                step.ways[0]
                for step in (steps[one] for one in here)
                if step.token and not step.is_edge and _is_one(step.token, text[at])
            }
    return False


def _reached(steps: tuple[_Step, ...], here: set[int], text: str, at: int) -> set[int]:
    """Return where one can be without taking a character."""
    found: set[int] = set()
    stack = list(here)
    while stack:
        one = stack.pop()
        if one in found:
            continue
        found.add(one)
        step = steps[one]
        if not step.token or (step.is_edge and _is_edge(step.token, text, at)):
            stack.extend(step.ways)
    return found


@lru_cache(maxsize=4_096)
def _is_one(token: str, letter: str) -> bool:
    return re.fullmatch(token, letter, re.ASCII) is not None


def _is_edge(token: str, text: str, at: int) -> bool:
    return re.compile(token, re.ASCII).match(text, at) is not None
