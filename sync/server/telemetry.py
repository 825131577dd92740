"""What the server tells of its work: counts for Prometheus, and one line of JSON for each event.

No address of anybody's computer, no name, no whole id: enough to find what goes wrong, too little to
follow a person.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

logger = logging.getLogger("kipu.server")

_STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)  # seconds
_PREFIX = "kipu_server_"
SHORT = 6
"""Characters shown of an id."""


class Metrics:
    """Counts since the start. Used from the event loop alone."""

    def __init__(self) -> None:
        self._begun = time.time()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._refused: Counter[str] = Counter()
        self._steps: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()
        self.received = self.sent = 0

    def note(self, method: str, route: str, status: int, seconds: float, code: str) -> None:
        self._requests[method, route, status] += 1
        if code:
            self._refused[code] += 1
        steps = self._steps.setdefault(route, [0] * (len(_STEPS) + 1))
        for index, step in enumerate(_STEPS):
            steps[index] += seconds <= step
        steps[-1] += 1
        # A Counter holds any number, whatever its type says.
        self._seconds[route] += seconds  # type: ignore[assignment]

    def text(self, waiting: int, sending: int) -> str:
        """In Prometheus' text format; with the bytes of bodies and of replies on their way."""
        lines = [*self._of_requests(), *self._of_seconds()]
        lines += _one("refused_total", "counter", "Refusals by code.")
        lines += [f'{_PREFIX}refused_total{{code="{code}"}} {count}'
                  for code, count in sorted(self._refused.items())]  # fmt: skip
        for name, kind, words, value in (
            ("received_bytes_total", "counter", "Bytes of bodies received.", self.received),
            ("sent_bytes_total", "counter", "Bytes of bodies sent.", self.sent),
            ("waiting_bytes", "gauge", "Bytes of bodies being received.", waiting),
            ("sending_bytes", "gauge", "Bytes of large replies being sent.", sending),
            ("start_time_seconds", "gauge", "When this server began.", round(self._begun)),
        ):
            lines += [*_one(name, kind, words), f"{_PREFIX}{name} {value}"]
        return "\n".join(lines) + "\n"

    def _of_requests(self) -> list[str]:
        lines = _one("requests_total", "counter", "Requests answered.")
        for (method, route, status), count in sorted(self._requests.items()):
            labels = f'method="{method}",route="{route}",status="{status}"'
            lines.append(f"{_PREFIX}requests_total{{{labels}}} {count}")
        return lines

    def _of_seconds(self) -> list[str]:
        lines = _one("request_seconds", "histogram", "Time taken to answer.")
        for route, steps in sorted(self._steps.items()):
            for step, count in zip((*_STEPS, "+Inf"), steps, strict=True):
                labels = f'route="{route}",le="{step}"'
                lines.append(f"{_PREFIX}request_seconds_bucket{{{labels}}} {count}")
            lines.append(f'{_PREFIX}request_seconds_sum{{route="{route}"}} '
                         f"{self._seconds[route]:.6f}")  # fmt: skip
            lines.append(f'{_PREFIX}request_seconds_count{{route="{route}"}} {steps[-1]}')
        return lines


def _one(name: str, kind: str, words: str) -> list[str]:
    return [f"# HELP {_PREFIX}{name} {words}", f"# TYPE {_PREFIX}{name} {kind}"]


class JsonLines(logging.Formatter):
    """A record as one line of JSON; what it carries under `fields` becomes members."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)


def log(event: str, level: int = logging.INFO, *, trace: bool = False, **fields: Any) -> None:
    """Write an event with these members; with `trace` the exception being handled too."""
    logger.log(level, event, extra={"fields": fields}, exc_info=trace)


def begin_logging(level: int = logging.INFO) -> None:
    """Send everything, uvicorn's words too, to standard error as lines of JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("uvicorn.error").setLevel(max(level, logging.WARNING))
    logging.getLogger("asyncio").setLevel(logging.WARNING)
