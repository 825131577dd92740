"""Every kind of record Kipu keeps, each declared once.

From the declarations follow tables, editors, lists, search, import and export, the history in words
and docs/records.md. A new kind is a declaration in the file of its subject; a new subject is a file
and its line in ``registry``.
"""

from __future__ import annotations

from app.models.records.base import ANYTHING, Home, Kind, Names, Problem, nowhere, table_columns
from app.models.records.policy import default_policy
from app.models.records.reading import check_record, check_values, read_texts
from app.models.records.registry import KINDS, children_of, kind, parent_field

__all__ = [
    "ANYTHING",
    "KINDS",
    "Home",
    "Kind",
    "Names",
    "Problem",
    "check_record",
    "check_values",
    "children_of",
    "default_policy",
    "kind",
    "nowhere",
    "parent_field",
    "read_texts",
    "table_columns",
]
