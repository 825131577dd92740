"""Markdown of forms: what it makes of marks, and that nothing else gets through."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.interview import Question
from app.views.marked import MarkedLabel, has_marks, plain, to_html
from app.views.pages.form_question import QuestionPanel
from app.views.theme import theme

_TAG = re.compile(r"<[^>]*>")
_OURS = re.compile(
    r"</?(?:b|i|u|p|span)>|<p style=\"margin-top:0; margin-bottom:0(?:; margin-left:16px"
    r"|; font-size:\d+px; font-weight:600)?\">|<span style=\"color:#[0-9a-f]{6}\">"
)


def _bare(text: str) -> str:
    """The rich text without the paragraphs around its lines."""
    return re.sub(r"</?p[^>]*>", "", to_html(text))


@pytest.mark.parametrize(
    ("text", "rich", "read"),
    [
        ("**fuerte** y __fuerte__", "<b>fuerte</b> y <b>fuerte</b>", "fuerte y fuerte"),
        ("*así* y _así_", "<i>así</i> y <i>así</i>", "así y así"),
        ("***los dos***", "<i><b>los dos</b></i>", "los dos"),
        ("snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"),
        (r"\*no\* \_no\_", "*no* _no_", "*no* _no_"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d", "a < b & c > d"),
        ("[aquí](https://x.ec/a_b_c)", "<u>aquí</u> (https://x.ec/a_b_c)",
         "aquí (https://x.ec/a_b_c)"),
        ("- uno", "•&nbsp;&nbsp;uno", "• uno"),
        ("2. dos", "2.&nbsp;&nbsp;dos", "2. dos"),
        ("# Título #", "Título", "Título"),
        ("#uno", "#uno", "#uno"),
        ('<span style="color:#a3281c">rojo</span>', '<span style="color:#a3281c">rojo</span>',
         "rojo"),
        ('<span style="color:yellow">pálido</span>', "pálido", "pálido"),
        ('<span style="color:red; background:url(http://x)">r</span>', "r", "r"),
        ("<script>x</script><img src='http://x'>",
         "&lt;script&gt;x&lt;/script&gt;&lt;img src=&#x27;http://x&#x27;&gt;",
         "<script>x</script><img src='http://x'>"),
    ],
)  # fmt: skip
def test_marks_are_read(qapp: Any, text: str, rich: str, read: str) -> None:
    theme().apply("light")
    assert _bare(text) == rich
    assert plain(text) == read


@given(st.text(alphabet="ab *_#[]()<>\\-1.\n\"'=/:;&\ue000\ue001span style color red", max_size=60))
def test_nothing_gets_through_but_our_own_marks(qapp: Any, text: str) -> None:
    made = to_html(text)
    assert all(_OURS.fullmatch(tag) for tag in _TAG.findall(made)), made
    assert made.count("<span") == made.count("</span>")
    assert "\ue000" not in made
    plain(text)


@given(st.text(alphabet="abc 123,.?¿ñ", max_size=40))
def test_words_without_marks_stay_as_they_are(text: str) -> None:
    assert not has_marks(text)
    assert plain(text) == text


def test_a_text_without_end_is_not_read_for_marks(qapp: Any) -> None:
    long = "[" * 30_000
    assert plain(long) == long
    assert not has_marks(long)


@pytest.mark.parametrize("sign", ["[", "**", "__", "*a", "_a ", "<span ", "\\"])
def test_signs_without_end_hold_nothing_up(qapp: Any, sign: str) -> None:
    text = (sign * 20_000)[:20_000]
    assert html.unescape(_TAG.sub("", to_html(text))).count("a") == text.count("a")


def test_the_label_reads_as_its_words(qtbot: Any) -> None:
    made = MarkedLabel("question")
    qtbot.addWidget(made)
    made.setText("**¿Cuántos** <b>años?")
    assert made.text() == made.accessibleName() == "¿Cuántos <b>años?"


def test_guidance_stands_behind_more(qtbot: Any) -> None:
    question = Question("/q", "text", "¿Quién?", "Nombre", guidance="Nunca el *apellido*.")
    panel = QuestionPanel(question)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.guidance.isHidden()
    assert panel.more.text() == "More"
    panel.more.click()
    assert panel.guidance.text() == "Nunca el apellido."
    assert not panel.guidance.isHidden()
    assert panel.more.text() == "Less"


def test_a_change_of_appearance_keeps_colours_readable(qtbot: Any) -> None:
    made = MarkedLabel("question")
    qtbot.addWidget(made)
    made.setText('<span style="color:#a3281c">rojo</span>')
    assert "#a3281c" in to_html('<span style="color:#a3281c">rojo</span>')
    theme().apply("dark")
    assert "#a3281c" not in to_html('<span style="color:#a3281c">rojo</span>')
    assert made.text() == "rojo"
