"""Functions on places: points are ``latitude longitude [altitude accuracy]``, traces join by ;"""

from __future__ import annotations

import itertools
import math
from typing import TypeAlias

from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.functions.registry import function
from app.forms.xpath.nodes import text_of
from app.forms.xpath.values import NAN, Result, plain_number, to_text
from app.i18n import _

EARTH_RADIUS = 6_378_100
"""Metres; the radius that ODK's reference engine uses."""

Point: TypeAlias = tuple[float, float]


def points_of(text: str) -> list[Point] | None:
    """Return the (latitude, longitude) pairs of a point, trace or shape; None if it is none."""
    found: list[Point] = []
    for written in text.strip().strip(";").split(";"):
        numbers = [plain_number(one) for one in written.split()]
        if not 2 <= len(numbers) <= 4 or any(map(math.isnan, numbers)):
            return None
        latitude, longitude = numbers[0], numbers[1]
        if abs(latitude) > 90 or abs(longitude) > 180:
            return None
        found.append((latitude, longitude))
    return found


def _points(value: Result) -> list[Point] | None:
    texts = [text_of(one) for one in value] if isinstance(value, list) else [to_text(value)]
    given = [text for text in texts if text.strip()]
    # A place nobody told yet is no place, and no fault either.
    return points_of(";".join(given)) if given else []


def _is_numeric(value: Result) -> bool:
    texts = [text_of(one) for one in value] if isinstance(value, list) else [to_text(value)]
    words = " ".join(texts).replace(";", " ").split()
    return bool(words) and not any(math.isnan(plain_number(word)) for word in words)


@function("distance", "number", "vv*")
def _distance(*values: Result) -> float:
    points = _all_points(values)
    if points is None and all(map(_is_numeric, values)):
        # Written like points, but nowhere on Earth.
        return NAN
    if points is None:
        raise XPathEvaluationError(_("distance() needs points: latitude, then longitude."))
    total = sum(_apart(a, b) for a, b in itertools.pairwise(points))
    return _cents(total)


@function("area", "number", "vv*")
def _area(*values: Result) -> float:
    points = _all_points(values)
    if points is None or len(points) < 3:
        return 0.0
    total = 0.0
    for (lat1, lon1), (lat2, lon2) in zip(points, [*points[1:], points[0]], strict=True):
        sines = 2 + math.sin(math.radians(lat1)) + math.sin(math.radians(lat2))
        total += math.radians(lon2 - lon1) * sines
    return _cents(abs(total * EARTH_RADIUS * EARTH_RADIUS / 2))


def _all_points(values: tuple[Result, ...]) -> list[Point] | None:
    points: list[Point] = []
    for value in values:
        some = _points(value)
        if some is None:
            return None
        points.extend(some)
    return points


def _apart(a: Point, b: Point) -> float:
    lat1, lat2 = math.radians(a[0]), math.radians(b[0])
    across = math.radians(b[1] - a[1])
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(across)
    return math.acos(min(1.0, max(-1.0, cosine))) * EARTH_RADIUS


def _cents(number: float) -> float:
    return math.floor(number * 100 + 0.5) / 100


@function("geofence", "truth", "vv")
def _geofence(place: Result, shape: Result) -> bool:
    point, ring = _points(place), _points(shape)
    if not point or not ring or len(ring) < 4 or ring[0] != ring[-1]:
        return False
    return _is_within(point[0], ring)


def _is_within(point: Point, ring: list[Point]) -> bool:
    latitude, longitude = point
    inside = False
    for (lat1, lon1), (lat2, lon2) in itertools.pairwise(ring):
        if (lon1 > longitude) != (lon2 > longitude):
            crossing = (lat2 - lat1) * (longitude - lon1) / (lon2 - lon1) + lat1
            inside ^= latitude < crossing
    return inside


@function("intersects", "truth", "v")
def _intersects(trace: Result) -> bool:
    points = _points(trace)
    if points is None:
        return False
    edges = list(itertools.pairwise(points))
    closed = len(points) > 3 and points[0] == points[-1]
    for at, edge in enumerate(edges):
        for other_at in range(at + 2, len(edges)):
            if closed and at == 0 and other_at == len(edges) - 1:
                continue
            if _cross(*edge, *edges[other_at]):
                return True
    return False


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
