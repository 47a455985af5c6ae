"""A state folder of its own for each test, and what a test needs to make it look lived in."""

import sys
from pathlib import Path

import pytest

from tools import postgres

RELEASE = "version_info = (%s, 0, 0, 'final', 0, '')\n"


@pytest.fixture
def state(tmp_path, monkeypatch):
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setenv("CRM_LIFECYCLE_STATE", str(folder))
    for name in ("ODOO_HOME", "ODOO_REPOSITORY", *postgres.CHOOSE_EXTERNAL):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def state_with_python(state):
    """A state whose Python environment is the one that runs these tests."""
    (state / "venv").symlink_to(sys.prefix)
    return state


@pytest.fixture
def fake_odoo():
    def make(folder: Path, version: str = "19") -> Path:
        (folder / "odoo" / "cli").mkdir(parents=True)
        (folder / "odoo" / "release.py").write_text(RELEASE % version)
        return folder

    return make
