"""What the manifests ask for is what the requirements pin."""

import ast
import re

import pytest

from tools import paths

LINE = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)")


def pinned(file):
    """Names of the packages that a requirements file pins, as pip compares them."""
    lines = (paths.ROOT / file).read_text().splitlines()
    found = [LINE.match(line) for line in lines if line and not line.startswith(("#", "-r"))]
    assert all(found), "Every package is pinned to a version."
    return {match[1].lower().replace("_", "-") for match in found}


@pytest.mark.parametrize("addon", paths.addons(), ids=lambda path: path.name)
def test_what_an_addon_imports_is_pinned(addon):
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    wanted = manifest.get("external_dependencies", {}).get("python", [])
    assert {name.lower().replace("_", "-") for name in wanted} <= pinned("requirements.txt")


@pytest.mark.parametrize("file", ["requirements-test.txt", "requirements-lint.txt"])
def test_tools_are_pinned_too(file):
    assert pinned(file)


def test_an_unpinned_package_would_be_seen(tmp_path, monkeypatch):
    (tmp_path / "some.txt").write_text("requests>=2\n")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    with pytest.raises(AssertionError):
        pinned("some.txt")
