"""What a person reads when something went wrong: never a trace, always what is safe."""

from __future__ import annotations

from typing import Literal

from app import log
from app.errors import KipuError
from app.i18n import _


def told(error: BaseException) -> tuple[Literal["warning", "danger"], str]:
    """Return how grave ``error`` is and the sentence to show for it; a fault of ours is logged."""
    if isinstance(error, KipuError):
        return "warning", error.message
    log.report_fault(error)
    return "danger", _(
        "A fault in Kipu stopped this step. Everything marked as kept is safe and nothing was half "
        "done. Try again; if it happens again, lock and unlock Kipu."
    )
