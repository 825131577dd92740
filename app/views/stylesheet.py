"""The one small stylesheet, by role. Fusion and the palette draw everything it does not name."""

from __future__ import annotations

from string import Template
from typing import Final

SHEET: Final = Template("""
QWidget { font-size: $px_body; }
QToolTip { background: $surface; color: $ink; border: 1px solid $line; padding: 4px; }

QLabel[type="title"] { font-size: $px_title; font-weight: 600; }
QLabel[type="section"] { font-size: $px_section; font-weight: 600; }
QLabel[type="question"] { font-size: $px_question; }
QLabel[type="caption"] { font-size: $px_caption; color: $muted; }
QLabel[type="hint"] { color: $muted; }
QLabel[type="refused"] { color: $danger; font-weight: 600; }
QLabel[type="code"] { font-size: $px_question; font-family: monospace; }

QPushButton, QToolButton {
    border: 1px solid $line; border-radius: $corner; background: $surface; color: $ink;
    padding: 5px 13px; min-height: $line_high;
}
QToolButton { padding: 5px 7px; }
QToolButton[popupMode="2"] { padding-right: 20px; }
QToolButton::menu-indicator { subcontrol-position: right center; right: 5px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:focus, QToolButton:focus { border: $ring solid $primary; padding: 4px 12px; }
QToolButton:focus { padding: 4px 6px; }
QToolButton:checked { background: $hover; border-color: $primary; }
QPushButton:disabled, QToolButton:disabled { color: $muted; background: $background; }
QPushButton[kind="main"] {
    background: $primary; color: $on_primary; border-color: $primary; font-weight: 600;
}
QPushButton[kind="main"]:hover { background: $primary_hover; }
QPushButton[kind="main"]:focus { border: $ring $ring_on_primary; }
QPushButton[kind="main"]:disabled { background: $line; color: $muted; border-color: $line; }
QPushButton[kind="danger"] { color: $danger; border-color: $danger; }
QPushButton[kind="danger"]:disabled { color: $muted; border-color: $line; }
QPushButton[kind="link"] { border-color: transparent; background: transparent; color: $info; }
QPushButton[kind="link"]:focus { border-color: $primary; }

QPushButton[kind="nav"] {
    border-color: transparent; background: transparent; text-align: left; padding: 7px 11px;
}
QPushButton[kind="nav"]:hover { background: $hover; }
QPushButton[kind="nav"]:checked { background: $hover; color: $primary; font-weight: 600; }
QPushButton[kind="nav"]:focus { border: $ring solid $primary; padding: 6px 10px; }

QPushButton[kind="choice"] { text-align: left; padding: 8px 13px; min-height: 24px; }
QPushButton[kind="choice"]:focus { padding: 7px 12px; }
QPushButton[kind="choice"]:checked {
    background: $primary; color: $on_primary; border-color: $primary; font-weight: 600;
}
QPushButton[kind="choice"]:checked:focus { border: $ring $ring_on_primary; }
QPushButton[kind="choice"][cell="true"] { text-align: center; padding: 8px 5px; }
QPushButton[kind="choice"][cell="true"]:focus { padding: 7px 4px; }
QPushButton[kind="choice"][cell="star"] { text-align: center; font-size: $px_title; }

QLineEdit, QPlainTextEdit, QTextEdit {
    border: 1px solid $edge; border-radius: $corner; background: $surface; color: $ink;
    padding: 5px 8px; selection-background-color: $primary; selection-color: $on_primary;
}
QLineEdit { min-height: $line_high; placeholder-text-color: $muted; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: $ring solid $primary; padding: 4px 7px;
}
QLineEdit[state="refused"], QPlainTextEdit[state="refused"] { border-color: $danger; }
QLineEdit QToolButton { min-height: 0; min-width: 0; padding: 0; border: none; }
QLineEdit:read-only, QLineEdit:disabled {
    background: $background; color: $muted; border-color: $line;
}
QComboBox {
    border: 1px solid $edge; border-radius: $corner; background: $surface; color: $ink;
    padding: 5px 8px; min-height: $line_high;
}
QComboBox:focus { border: $ring solid $primary; padding: 4px 7px; }
QComboBox:disabled { background: $background; color: $muted; border-color: $line; }
QComboBox::drop-down { border: none; width: 28px; }
QAbstractSpinBox {
    border: 1px solid $edge; border-radius: $corner; background: $surface; color: $ink;
    padding: 3px 30px 3px 0; min-height: $line_high;
}
QAbstractSpinBox:focus { border: $ring solid $primary; padding: 2px 29px 2px 0; }
QAbstractSpinBox QLineEdit { border: none; background: transparent; padding: 0; min-height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    border: none; background: transparent; width: 28px;
}
QAbstractSpinBox::up-arrow, QAbstractSpinBox::down-arrow { image: none; }

QCheckBox, QRadioButton {
    border: $ring solid transparent; border-radius: $corner; padding: 3px; min-height: 22px;
}
QCheckBox:focus, QRadioButton:focus { border-color: $primary; }
QCheckBox::indicator { width: $tick; height: $tick; }
QCheckBox::indicator:unchecked { border: 1px solid $edge; border-radius: 3px; background: $surface; }

QFrame[kind="card"], QFrame[kind="sheet"] {
    background: $surface; border: 1px solid $line; border-radius: $corner;
}
QFrame[kind="sheet"] { border-radius: 0; border-width: 0 0 0 1px; }
QFrame[kind="nav"] { background: $surface; border: none; border-right: 1px solid $line; }
QFrame[kind="status"] { background: $surface; border: none; border-top: 1px solid $line; }
QFrame[kind="head"] { border: none; border-bottom: 1px solid $line; }
QFrame[kind="palette"] {
    background: $surface; border: 2px solid $primary; border-radius: $corner;
}
QFrame[kind="banner"] { border: 1px solid $info; border-radius: $corner; background: $info_ground; }
QFrame[kind="banner"][state="warning"] { border-color: $warning; background: $warning_ground; }
QFrame[kind="banner"][state="danger"] { border-color: $danger; background: $danger_ground; }
QFrame[kind="banner"][state="done"] { border-color: $primary; background: $primary_ground; }
QFrame[kind="chip"] { border: 1px solid $line; border-radius: 10px; background: $surface; }
QFrame[kind="chip"] QLabel { font-size: $px_caption; color: $ink; }
QFrame[kind="chip"][state="info"] { border-color: $info; background: $info_ground; }
QFrame[kind="chip"][state="info"] QLabel { color: $info; }
QFrame[kind="chip"][state="warning"] { border-color: $warning; background: $warning_ground; }
QFrame[kind="chip"][state="warning"] QLabel { color: $warning; }
QFrame[kind="chip"][state="danger"] { border-color: $danger; background: $danger_ground; }
QFrame[kind="chip"][state="danger"] QLabel { color: $danger; }
QFrame[kind="chip"][state="done"] { border-color: $primary; background: $primary_ground; }
QFrame[kind="chip"][state="done"] QLabel { color: $primary; }
QLabel[found="true"] {
    background: $warning_ground; color: $ink; text-decoration: underline; font-weight: 600;
}
QPushButton[found="true"], QToolButton[found="true"] {
    background: $warning_ground; border: $ring solid $primary;
}
QPdfView { border: 1px solid $line; }
QPdfView:focus { border: $ring solid $primary; }
QTextBrowser { border: none; padding: 0; }
QTextBrowser:focus { border: none; border-left: $ring solid $primary; padding: 0; }
QLabel[differs="true"] { background: $warning_ground; color: $ink; padding: 2px 4px; }

QTableView {
    border: 1px solid $line; border-radius: $corner; background: $surface;
    gridline-color: $line; selection-background-color: $primary; selection-color: $on_primary;
}
QTableView:focus, QListView:focus, QTreeView:focus { border: $ring solid $primary; }
QTableView::item { border: none; border-bottom: 1px solid $line; padding: 0 8px; }
QTableView::item:selected { background: $primary; color: $on_primary; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section {
    background: $surface; color: $muted; border: none; border-bottom: 1px solid $line;
    padding: 6px 11px; font-size: $px_caption; font-weight: 600;
}
QListView, QTreeView {
    border: 1px solid $line; border-radius: $corner; background: $surface; outline: none;
}
QListView::item, QTreeView::item { padding: 6px 8px; }
QListView::item:selected, QTreeView::item:selected { background: $primary; color: $on_primary; }
QMenu { background: $surface; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 24px; border-radius: 4px; }
QMenu::item:selected { background: $primary; color: $on_primary; }
QMenuBar { background: $surface; border-bottom: 1px solid $line; padding: 2px 16px; }
QMenuBar::item { padding: 5px 9px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $handle; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QScrollArea, QScrollArea > QWidget > QWidget[kind="clear"] {
    background: transparent; border: none;
}
QProgressBar {
    border: 1px solid $line; border-radius: $corner; background: $surface; text-align: center;
}
QProgressBar::chunk { background: $primary; border-radius: 5px; }
QTabWidget::pane { border: none; }
QTabWidget { background: transparent; }
QTabBar::tab {
    background: transparent; color: $muted; border: none; border-bottom: 3px solid transparent;
    padding: 8px 12px; margin-right: 8px;
}
QTabBar::tab:hover { color: $ink; }
QTabBar::tab:selected { color: $primary; border-bottom-color: $primary; font-weight: 600; }
QTabBar:focus { border: $ring solid $primary; border-radius: $corner; }
QSplitter::handle { background: $line; }
""")
