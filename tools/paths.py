"""Where things are. One folder holds all state: `<repository>/.state`, or CRM_LIFECYCLE_STATE."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDON = "crm_lifecycle"


def state(*parts: str) -> Path:
    """A path inside the state folder; nothing is created."""
    base = os.environ.get("CRM_LIFECYCLE_STATE")
    folder = Path(base).expanduser() if base else ROOT / ".state"
    return folder.resolve().joinpath(*parts)


def state_dir(*parts: str) -> Path:
    """A folder inside the state folder, created when missing."""
    folder = state(*parts)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def log_file(name: str) -> Path:
    """The path of a log, its folder created."""
    return state_dir("logs") / name


def addons() -> list[Path]:
    """The addons of this repository: `crm_lifecycle` and the bridges beside it."""
    return sorted(manifest.parent for manifest in ROOT.glob("*/__manifest__.py"))
