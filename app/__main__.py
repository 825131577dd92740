"""The composition root: bare `kipu` opens the window, anything else is a verb."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Kipu; returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    from app import log

    log.install()
    if given:
        from app.cli import main as run_verb
        from app.cli.spoken import settle_click

        settle_click()
        return run_verb(given)
    from app.views.start import run_window

    return run_window()


if __name__ == "__main__":
    sys.exit(main())
