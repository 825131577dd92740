"""Which files are named is asked at every sync, so it must not cost by the records there are."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.attachments import refs
from tests.models.laptops import Laptop


@pytest.mark.parametrize("deleted", [True, False])
def test_no_record_is_read_that_names_no_file(
    three: list[Laptop], monkeypatch: pytest.MonkeyPatch, deleted: bool
) -> None:
    project = three[0].project
    asked: list[tuple[str, Any]] = []
    rows = project.store.rows

    def watched(sql: str, parameters: Any = ()) -> Any:
        asked.append((sql, parameters))
        return rows(sql, parameters)

    monkeypatch.setattr(project.store, "rows", watched)
    refs.of_records(project, deleted)
    plan = [
        str(step[3])
        for sql, parameters in asked
        if "records" in sql
        for step in rows(f"EXPLAIN QUERY PLAN {sql}", parameters)
    ]
    assert plan
    assert not {"SCAN r", "SCAN e", "SCAN records"} & set(plan)
