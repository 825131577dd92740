"""The README's commands exist, so that a newcomer can run the story from it alone."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from app.cli.main import cli

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "docs/guide/es/README.md", "docs/guide/en/README.md")
LINK = re.compile(r"\]\((?!https?:)(?P<file>[^)#]*)(?:#(?P<heading>[^)]*))?\)")
MOST_PICTURES = 1_500_000
README = (ROOT / "README.md").read_text("utf-8")
COMMAND = re.compile(r"^ {4}(?:\w+=\$\(|KIPU_HOME=\S+ )?kipu (?P<words>[^|)\n]+)", re.M)
COMMANDS = [shlex.split(found["words"]) for found in COMMAND.finditer(README)]


def test_the_readme_tells_the_story() -> None:
    told = {words[0] for words in COMMANDS}
    assert {"init", "space", "request", "admit", "join", "form", "interview", "sync"} <= told
    assert {"conflicts", "resolve", "status", "verify", "survey", "record"} <= told


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_of_the_readme_is_one_that_kipu_knows(words: list[str]) -> None:
    command: click.Command = cli
    rest = [*words]
    while isinstance(command, click.Group):
        name = rest.pop(0)
        assert name in command.commands, f"kipu has no verb {name!r}"
        command = command.commands[name]
    options = {name for one in command.params for name in one.opts}
    assert [word for word in rest if word.startswith("--") and word not in options] == []


@pytest.mark.early
@pytest.mark.skipif(not shutil.which("bash"), reason="the README's story is told for bash")
def test_the_story_runs_from_the_readme_alone(tmp_path: Path) -> None:
    story = README.partition("## The story, without windows")[2].partition("\n## ")[0]
    lines = [line[4:] for line in story.splitlines() if line.startswith("    ")]
    script = "\n".join(line for line in lines if not line.startswith("source "))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    shutil.copytree(ROOT / "docs/examples", tmp_path / "docs/examples")
    run = subprocess.run(
        ["bash", "-euo", "pipefail"],
        input=script,
        cwd=tmp_path,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    exported = (tmp_path / "build/story/answers.csv").read_text("utf-8-sig")
    assert "Río Napo" in exported
    assert "All is whole." in run.stdout
    assert "1. 6" in run.stdout
    assert "2. 5" in run.stdout


@pytest.mark.parametrize("target", re.findall(r"^ {4}make ([a-z-]+)", README, re.M))
def test_every_make_target_of_the_readme_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.M)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    headings = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", text, re.M)
    }
    for found in LINK.finditer(text):
        if found["file"]:
            assert ((ROOT / page).parent / found["file"]).exists(), found[0]
        else:
            assert found["heading"] in headings, found[0]


def test_both_guides_show_every_picture_in_their_language_and_none_is_left_over() -> None:
    pictures = {one.name for one in (ROOT / "docs/guide/images").iterdir()}
    shown = set()
    for language in ("es", "en"):
        text = (ROOT / f"docs/guide/{language}/README.md").read_text("utf-8")
        names = set(re.findall(r"images/([\w-]+\.png)", text))
        assert all(name.endswith(f"-{language}.png") for name in names)
        shown |= names
    assert shown == pictures
    sizes = [(ROOT / "docs/guide/images" / name).stat().st_size for name in pictures]
    assert sum(sizes) < MOST_PICTURES
