"""A point on the ground: latitude, longitude and how exact they are, one value.

Kept together, because half of somebody else's point joined to half of mine is nowhere.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import ClassVar

from app.i18n import Text as Label
from app.i18n import _, lazy
from app.models.country import decimal_mark
from app.models.fields.base import Field, SqlScalar, from_json, json_object
from sync.values import Value

_NUMBER = r"[+-]?\d{1,3}(?:[.,]\d+)?"
_POINT = re.compile(
    rf"(?P<lat>{_NUMBER})\s*°?\s*(?P<ns>[NS])?(?:\s*[;,]\s*|\s+)"
    rf"(?P<lon>{_NUMBER})\s*°?\s*(?P<ew>[EWO])?"
    r"(?:[\s;,]*(?:±|\+-|\+/-)\s*(?P<accuracy>\d+(?:[.,]\d+)?)\s*m?)?",
    re.IGNORECASE,
)
# What XForms write: latitude longitude altitude accuracy.
_GEOPOINT = re.compile(rf"({_NUMBER}) ({_NUMBER}) ([+-]?\d+(?:\.\d+)?) (\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Location(Field):
    """{"lat", "lon"} in degrees of WGS 84, {"accuracy"} in metres when known."""

    written_as: ClassVar[Label] = lazy("latitude and longitude, such as -1.4924 -78.0024 ±6")

    def _parse(self, text: str) -> Value:
        written = json_object(text)
        found = dict(written) if written is not None else _read(text.replace("−", "-"))
        if found is None:
            raise self._unreadable(text)
        return self._check(found)

    def _check(self, value: Value) -> Value:
        if not isinstance(value, dict) or set(value) - {"lat", "lon", "accuracy"}:
            raise self._unreadable(value)
        lat, lon = _finite(value.get("lat")), _finite(value.get("lon"))
        if lat is None or lon is None:
            raise self._unreadable(value)
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise self.refuse(
                _("{field}: {given} is not on Earth; latitude comes first, then longitude."), value
            )
        point: dict[str, Value] = {"lat": lat, "lon": lon}
        if value.get("accuracy") is not None:
            accuracy = _finite(value["accuracy"])
            if accuracy is None or accuracy < 0:
                raise self._unreadable(value)
            point["accuracy"] = accuracy
        return point

    def _unreadable(self, value: Value) -> Exception:
        return self.refuse(
            _("{field}: “{given}” is not a point; write latitude and longitude in degrees, such as "
              "-1.4924 -78.0024."),
            value,
        )  # fmt: skip

    def _format(self, value: Value, labels: bool) -> str | None:
        if not isinstance(value, dict) or _finite(value.get("lat")) is None:
            return None
        shown = " ".join(_written(value.get(axis)) for axis in ("lat", "lon"))
        if value.get("accuracy") is not None:
            shown += f" ±{_written(value['accuracy'])}" + (" m" if labels else "")
        return shown.replace(".", decimal_mark()) if labels else shown

    def from_column(self, stored: SqlScalar) -> Value:
        return from_json(stored)


def _finite(value: Value) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def _written(value: Value) -> str:
    # Never "1e-05": other programs and our own reader expect plain decimals.
    text = format(value, ".10f") if isinstance(value, float) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read(text: str) -> dict[str, Value] | None:
    if found := _GEOPOINT.fullmatch(text):
        lat, lon, _altitude, accuracy = (float(part) for part in found.groups())
        return {"lat": lat, "lon": lon, "accuracy": accuracy}
    if not (match := _POINT.fullmatch(text)):
        return None
    lat = _degrees(match["lat"], (match["ns"] or "").upper() == "S")
    lon = _degrees(match["lon"], (match["ew"] or "").upper() in {"W", "O"})
    point: dict[str, Value] = {"lat": lat, "lon": lon}
    if match["accuracy"]:
        point["accuracy"] = float(match["accuracy"].replace(",", "."))
    return point


def _degrees(text: str, flipped: bool) -> float:
    degrees = float(text.replace(",", "."))
    return -abs(degrees) if flipped else degrees
