"""Functions on numbers that XForms adds to XPath."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from app.forms.xpath.context import Context
from app.forms.xpath.functions.core import half_up
from app.forms.xpath.functions.registry import function, special
from app.forms.xpath.piece import Piece
from app.forms.xpath.values import NAN

MAX_DIGITS = 300


@special("round", 1, 2, plain=True)
def _round(arguments: list[Piece], forms: bool) -> Piece:
    number = arguments[0].number()
    digits = arguments[1].number() if len(arguments) > 1 else None
    if not forms and digits is None:
        return Piece("number", lambda context: half_up(number(context)), forms=forms)

    def rounded(context: Context) -> float:
        return round_away(number(context), 0.0 if digits is None else digits(context))

    return Piece("number", rounded, forms=forms)


def round_away(number: float, digits: float) -> float:
    """Round to ``digits`` decimals (negative: tens, hundreds), halves away from zero.

    Goes through the decimal writing, so that 1.005 with two decimals is 1.01 as people expect.
    """
    if not math.isfinite(number) or digits != digits:
        return number if digits == digits else NAN
    places = int(max(-MAX_DIGITS, min(MAX_DIGITS, digits)))
    written = Decimal(repr(number))
    exponent = written.as_tuple().exponent
    if isinstance(exponent, int) and -exponent <= places:
        return number
    return float(written.scaleb(places).quantize(Decimal(1), ROUND_HALF_UP).scaleb(-places))


@function("int", "number", "n")
def _int(number: float) -> float:
    return float(math.trunc(number)) if math.isfinite(number) else number


@function("abs", "number", "n")
def _abs(number: float) -> float:
    return abs(number)


@function("pow", "number", "nn")
def _pow(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.inf if base == 0 else NAN


@function("pi", "number")
def _pi() -> float:
    return math.pi


@function("random", "number", "C")
def _random(context: Context) -> float:
    return context.host.random.random()


@function("atan2", "number", "nn")
def _atan2(y: float, x: float) -> float:
    return math.atan2(y, x)


def _log(number: float, log: Callable[[float], float]) -> float:
    return -math.inf if number == 0 else log(number)


def _declare(name: str, body: Callable[[float], float]) -> None:
    def call(number: float) -> float:
        try:
            return body(number)
        except OverflowError:
            return math.inf
        except ValueError:
            return NAN

    function(name, "number", "n")(call)


for _name in ("sin", "cos", "tan", "asin", "acos", "atan", "exp", "sqrt"):
    _declare(_name, getattr(math, _name))
_declare("exp10", lambda number: math.pow(10, number))
_declare("log", lambda number: _log(number, math.log))
_declare("log10", lambda number: _log(number, math.log10))
