"""What the tests of the survey engine share: small forms, a clock that stands still, real forms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from app.forms import Definition, Session, from_file

NOW = datetime(2026, 3, 31, 10, 30, tzinfo=timezone(timedelta(hours=-5)))


@pytest.fixture(scope="session")
def shared(shared_cases: Path) -> Path:
    """The folder of conformance cases and real forms, wherever this machine keeps it."""
    return shared_cases


def table(text: str) -> str:
    """Return a Markdown XLSForm from lines without their outer bars; sheets begin with ``#``."""
    lines = []
    for line in filter(None, map(str.strip, text.splitlines())):
        lines.append(f"| {line[1:].strip()} |" if line.startswith("#") else f"| | {line} |")
    return "\n".join(lines) + "\n"


def form_of(text: str) -> Definition:
    """Return the definition of a form written as ``table`` takes it."""
    return from_file(table(text).encode(), "test.md")


def session_of(text: str, **options: object) -> Session:
    """Open a new session of a form written as ``table`` takes it, at half past ten."""
    return Session(form_of(text), now=lambda: NOW, **options)  # type: ignore[arg-type]


@pytest.fixture
def fill() -> Callable[..., Session]:
    """Open a session of a form and answer some of its questions by name."""

    def opened(text: str, **answers: object) -> Session:
        session = session_of(text)
        for name, value in answers.items():
            session.set(session.resolve(name), value)  # type: ignore[arg-type]
        return session

    return opened
