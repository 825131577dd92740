"""Tables in and out: CSV and XLSX that open right in Excel, and CSV as people really send it.

Everything happens in memory: a table of interviews must never lie in the temp folder in the clear.
"""

from __future__ import annotations

from app.reports.tables.csv_in import Row, Table, from_csv
from app.reports.tables.csv_out import Cell, Dialect, dialect_for, to_csv
from app.reports.tables.xlsx import Sheet, to_xlsx

__all__ = [
    "Cell",
    "Dialect",
    "Row",
    "Sheet",
    "Table",
    "dialect_for",
    "from_csv",
    "to_csv",
    "to_xlsx",
]
