"""No form, however odd its wishes and its numbers, keeps a question from being shown."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app.views.answering.keeping import MemoryFiles
from app.views.interview import Question
from app.views.pages.form_question import QuestionPanel

KINDS = (
    "text", "longtext", "integer", "decimal", "date", "time", "dateTime", "geopoint", "geotrace",
    "geoshape", "select_one", "select_multiple", "rank", "range", "upload", "barcode", "note", "x",
)  # fmt: skip
WISHES = [
    "multiline",
    "numbers",
    "thousands-sep",
    "masked",
    "url",
    "counter",
    "month-year",
    "year",
    "no-calendar",
    "minimal",
    "autocomplete",
    "search",
    "columns",
    "columns-0",
    "columns-99",
    "columns-pack",
    "compact-2",
    "quick",
    "likert",
    "label",
    "list",
    "list-nolabel",
    "horizontal",
    "image-map",
    "rating",
    "picker",
    "vertical",
    "no-ticks",
    "signature",
    "draw",
    "annotate",
]
NUMBERS = st.sampled_from(["", "0", "1", "-3", "5", "0.1", "1e308", "1e-320", "nan", "inf", "1_0"])
WORDS = st.text(alphabet="ab1 .;-*_<&\n\0ñ", max_size=12)
VALUES = st.one_of(
    st.none(),
    WORDS,
    st.sampled_from(["a", "a b", "2026-13-40", "-1 -78 0 0", "1 2;3", "2019-03-01"]),
)
QUESTIONS = st.builds(
    Question,
    path=st.just("/q"),
    kind=st.sampled_from(KINDS),
    label=WORDS,
    hint=WORDS,
    readonly=st.booleans(),
    choices=st.lists(st.tuples(st.sampled_from("abcdef"), WORDS), max_size=6, unique_by=str),
    value=VALUES,
    guidance=WORDS,
    appearance=st.lists(st.sampled_from(WISHES), max_size=3).map(" ".join),
    attributes=st.fixed_dictionaries(
        {},
        optional={
            "start": NUMBERS, "end": NUMBERS, "step": NUMBERS, "rows": NUMBERS,
            "{odk}tick-interval": NUMBERS, "{odk}placeholder": NUMBERS, "mediatype": WORDS,
        },
    ),
    media=st.dictionaries(st.sampled_from(["image", "audio", "video"]), WORDS, max_size=2),
)  # fmt: skip


@given(QUESTIONS, st.sampled_from([None, MemoryFiles(), MemoryFiles({"a": b"<svg", "": b"x"})]))
def test_every_question_can_be_shown_and_pressed(qapp: Any, question: Question, files: Any) -> None:
    panel = QuestionPanel(question, files=files)
    panel.resize(300, 300)
    panel.show()
    for key in "1a-":
        panel.answer.press(key)
    value, reason = panel.given()
    assert reason or value is None or isinstance(value, (str, int, float, list))
    panel.grab()
    panel.close()
    panel.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
