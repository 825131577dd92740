"""Why the folder of a project may be an unwise place, in words."""

from __future__ import annotations

from app.i18n import _


def risk_sentence(reason: str) -> str:
    """Return the warning for what `app.paths.risky_location` found."""
    if reason == "removable":
        return _("Warning: this folder is on a stick; keep the project on the laptop itself.")
    if reason == "network":
        return _("Warning: this folder is on a share; keep the project on the laptop itself.")
    return _(
        "Warning: this folder is synchronised by {program}; keep the project elsewhere, or two "
        "laptops will overwrite each other's work."
    ).format(program=reason)
