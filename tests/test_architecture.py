"""The walls of the house, each as one sentence.

Every test reads the source text, so a wall holds for imports inside functions too and costs no
import. A room that does not exist yet keeps every promise.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEAVES = ("app.errors", "app.i18n", "app.settings", "app.paths", "app.log")
SIDE_ROOMS = ("app.forms", "app.analysis", "app.reports")
HEAVY = (
    "pandas",
    "numpy",
    "reportlab",
    "pyxform",
    "xlsxwriter",
    "openpyxl",
    "lxml",
    "httpx",
    "docx",
    "PIL",
)
LONGEST_FILE = 450  # lines


@dataclass(frozen=True)
class Import:
    """One module (or name in it) that a file imports."""

    file: Path
    line: int
    name: str
    at_startup: bool

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line} imports {self.name}"


# Reading the house


def files_in(*rooms: str) -> list[Path]:
    """Return the Python files of rooms given as dotted names: packages or single modules."""
    found: list[Path] = []
    for room in rooms:
        place = ROOT.joinpath(*room.split("."))
        module = place.with_suffix(".py")
        found += [module] if module.is_file() else sorted(place.rglob("*.py"))
    return found


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


@cache
def imports_of(file: Path) -> tuple[Import, ...]:
    startup = set(map(id, run_at_startup(tree_of(file).body)))
    return tuple(
        Import(file, node.lineno, name, id(node) in startup)
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in names_imported(file, node)
    )


def run_at_startup(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield what runs when the module is imported: no function bodies, nothing for types only."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from run_at_startup(node.orelse)
            continue
        yield node
        yield from run_at_startup(ast.iter_child_nodes(node))


def names_imported(file: Path, node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        parts = file.relative_to(ROOT).with_suffix("").parts
        base = ".".join([*parts[: len(parts) - node.level], *base.split(".")]).rstrip(".")
    return [f"{base}.{alias.name}" for alias in node.names]


def lies_in(name: str, rooms: Iterable[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def imports_from(rooms: Iterable[str], targets: Iterable[str]) -> list[str]:
    """Return what these rooms import of these targets, as sentences."""
    targets = tuple(targets)
    return [
        str(one)
        for file in files_in(*rooms)
        for one in imports_of(file)
        if lies_in(one.name, targets)
    ]


def imports_outside(rooms: tuple[str, ...], allowed: Iterable[str]) -> list[str]:
    """Return what these rooms import of Kipu beyond themselves and what is allowed."""
    allowed = (*rooms, *allowed)
    return [
        str(one)
        for file in files_in(*rooms)
        for one in imports_of(file)
        if lies_in(one.name, ("app", "sync", "tests", "benchmarks"))
        and not lies_in(one.name, allowed)
    ]


def rooms_of_app() -> list[str]:
    """Return every room directly under app."""
    places = [*(ROOT / "app").glob("*.py"), *(ROOT / "app").glob("*/__init__.py")]
    names = {(file.parent if file.parent.name != "app" else file).stem for file in places}
    return sorted(f"app.{name}" for name in names if name != "__init__")


# Who may import whom


def test_sync_knows_nothing_of_the_app_or_of_qt() -> None:
    assert imports_outside(("sync",), ()) == []
    assert imports_from(["sync"], ["PySide6", "shiboken6"]) == []


def test_the_app_never_imports_the_server() -> None:
    assert imports_from(["app"], ["sync.server"]) == []


def test_nothing_in_sync_but_the_server_imports_the_server() -> None:
    others = [file for file in files_in("sync") if "server" not in file.parts]
    names = [str(one) for file in others for one in imports_of(file) if "sync.server" in one.name]
    assert names == []


def test_the_leaves_import_no_room() -> None:
    for leaf in LEAVES:
        assert imports_outside((leaf,), LEAVES) == []


def test_forms_analysis_and_reports_stand_alone_beside_the_models() -> None:
    for room in SIDE_ROOMS:
        assert imports_outside((room,), ("app.errors", "app.i18n")) == []


def test_the_models_import_only_sync_the_side_rooms_and_the_leaves() -> None:
    assert imports_outside(("app.models",), ("sync", *SIDE_ROOMS, *LEAVES)) == []


def test_the_jobs_carry_models_to_the_views_and_know_no_view() -> None:
    assert imports_outside(("app.jobs",), ("app.models", *LEAVES)) == []


def test_the_verbs_know_no_window() -> None:
    allowed = ("app.models", "app.demo", "app.simulation", "sync", *SIDE_ROOMS, *LEAVES)
    assert imports_outside(("app.cli",), allowed) == []


def test_the_simulation_knows_laptops_and_no_way_people_use_them() -> None:
    assert imports_outside(("app.simulation",), ("app.models", "sync", *LEAVES)) == []


def test_the_demo_does_what_people_do_through_the_verbs() -> None:
    assert imports_outside(("app.demo",), ("app.cli", *LEAVES)) == []


def test_the_views_reach_the_data_through_the_models_only() -> None:
    allowed = ("app.jobs", "app.models", *SIDE_ROOMS, *LEAVES)
    assert imports_outside(("app.views",), allowed) == []


def test_only_views_jobs_and_the_entry_point_import_qt() -> None:
    with_qt = {"app.views", "app.jobs", "app.__main__"}
    without = [room for room in rooms_of_app() if room not in with_qt]
    assert imports_from(without, ["PySide6", "shiboken6"]) == []


def test_jobs_use_nothing_of_qt_but_its_core() -> None:
    used = imports_from(["app.jobs"], ["PySide6"])
    assert [one for one in used if "PySide6.QtCore" not in one] == []


def test_widgets_live_in_the_views_alone() -> None:
    without = [room for room in rooms_of_app() if room not in {"app.views", "app.__main__"}]
    assert imports_from([*without, "sync"], ["PySide6.QtWidgets"]) == []


def test_the_database_is_never_opened_outside_the_models() -> None:
    drivers = ["sqlite3", "sqlcipher3", "sqlite_utils", "PySide6.QtSql"]
    others = [room for room in rooms_of_app() if room != "app.models"]
    assert imports_from([*others, "sync"], drivers) == []


def test_nobody_imports_the_entry_point() -> None:
    assert imports_from(["app", "sync"], ["app.__main__"]) == []


# What start-up may cost


def test_no_module_imports_a_heavy_library_while_it_loads() -> None:
    heavy = [
        str(one)
        for file in files_in("app", "sync")
        for one in imports_of(file)
        if one.at_startup and lies_in(one.name, HEAVY)
    ]
    assert heavy == []


def test_starting_a_verb_loads_no_heavy_library_and_no_window() -> None:
    unwanted = [*HEAVY, "PySide6.QtWidgets", "sqlite_utils.cli"]
    code = f"import sys, app.cli; print(*sorted(set({unwanted!r}) & set(sys.modules)))"
    if files_in("app.cli"):
        assert output_of(code) == ""


def test_opening_the_window_loads_no_heavy_library() -> None:
    code = f"import sys, app.views; print(*sorted(set({list(HEAVY)!r}) & set(sys.modules)))"
    if files_in("app.views"):
        assert output_of(code) == ""


def output_of(code: str) -> str:
    """Return what a fresh interpreter prints for this code."""
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


# Habits


def test_no_signal_is_connected_to_a_lambda_that_keeps_its_widget_alive() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in files_in("app")
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and connects_own_lambda(node)
    ]
    assert wrong == []


def connects_own_lambda(call: ast.Call) -> bool:
    connects = isinstance(call.func, ast.Attribute) and call.func.attr == "connect"
    lambdas = [argument for argument in call.args if isinstance(argument, ast.Lambda)]
    return connects and any(mentions_self(one) for one in lambdas)


def mentions_self(node: ast.AST) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "self" for one in ast.walk(node))


def test_no_file_is_too_long_to_read() -> None:
    rooms = ("app", "sync", "tests", "benchmarks", "packaging")
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines())
        for file in files_in(*rooms)
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_every_module_says_why_it_exists() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in files_in("app", "sync", "benchmarks", "packaging", "resources")
        if not ast.get_docstring(tree_of(file))
    ]
    assert silent == []


def test_no_error_is_swallowed_in_silence() -> None:
    swallowed = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in files_in("app", "sync")
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ExceptHandler) and swallows_everything(node)
    ]
    assert swallowed == []


def swallows_everything(handler: ast.ExceptHandler) -> bool:
    caught = ast.unparse(handler.type) if handler.type else "BaseException"
    idle = all(isinstance(step, ast.Pass | ast.Continue) for step in handler.body)
    return idle and caught in {"Exception", "BaseException"}


def test_the_packaging_folder_is_no_package() -> None:
    # With an __init__.py it would hide the library called packaging.
    assert not (ROOT / "packaging/__init__.py").exists()


def test_every_room_says_what_it_is_for() -> None:
    bare = {
        str(file.parent.relative_to(ROOT))
        for file in files_in("app", "sync")
        if not (file.parent / "__init__.py").exists()
    }
    assert bare == set()


def test_old_migrations_do_not_know_todays_declarations() -> None:
    wrong = [
        str(one)
        for file in files_in("app.models")
        if "migrations" in file.parts or file.stem == "migrations"
        for one in imports_of(file)
        if lies_in(one.name, ["app.models.records", "app.models.schema"])
    ]
    assert wrong == []


# The readers above, which would otherwise pass for being blind


def test_imports_are_seen_inside_functions_and_told_from_those_at_startup() -> None:
    source = """
if TYPE_CHECKING:
    import pandas
try:
    import lxml
except ImportError:
    pass
def late():
    import numpy
class Early:
    import httpx
"""
    body = ast.parse(source).body
    early = [node.names[0].name for node in run_at_startup(body) if isinstance(node, ast.Import)]
    assert early == ["lxml", "httpx"]


def test_relative_imports_are_read_with_their_full_name() -> None:
    node = ast.parse("from ..remotes import folder").body[0]
    assert isinstance(node, ast.ImportFrom)
    assert names_imported(ROOT / "sync/engine/loop.py", node) == ["sync.remotes.folder"]
    sibling = ast.parse("from . import ids").body[0]
    assert isinstance(sibling, ast.ImportFrom)
    assert names_imported(ROOT / "sync/clock.py", sibling) == ["sync.ids"]


def test_a_lambda_that_keeps_its_widget_is_recognised() -> None:
    kept, free = ast.parse("a.b.connect(lambda: self.c()); a.b.connect(lambda: c())").body
    assert isinstance(kept, ast.Expr)
    assert isinstance(kept.value, ast.Call)
    assert connects_own_lambda(kept.value)
    assert isinstance(free, ast.Expr)
    assert isinstance(free.value, ast.Call)
    assert not connects_own_lambda(free.value)
