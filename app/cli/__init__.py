"""Every headless verb. `kipu --help` lists them; docs/verbs.md tells what scripts may rely on."""

from app.cli.main import cli, main

__all__ = ["cli", "main"]
