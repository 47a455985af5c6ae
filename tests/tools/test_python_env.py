"""A Python environment is complete or made again; what was installed is remembered by content."""

import pytest

from tools import marks, paths, python_env
from tools.console import ToolError


@pytest.fixture
def pip(state, monkeypatch, tmp_path):
    """Requirements in a repository of their own, and an installation that is only counted."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (tmp_path / "requirements.txt").write_text("one==1\n")
    (tmp_path / "requirements-test.txt").write_text("-r requirements.txt\ntwo==2\n")
    runs = []

    def install(folder, python, file):
        runs.append(file.name)
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()

    monkeypatch.setattr(python_env, "_install", install)
    return runs


def test_installed_once(pip):
    assert python_env.odoo_python() == python_env.odoo_python()
    assert pip == ["requirements.txt"]


def test_changed_requirements_are_installed_again(pip, tmp_path):
    python_env.odoo_python()
    (tmp_path / "requirements.txt").write_text("one==2\n")
    python_env.odoo_python()
    assert pip == ["requirements.txt"] * 2


def test_a_change_in_an_included_file_counts(pip, tmp_path):
    python_env.test_python()
    python_env.test_python()
    (tmp_path / "requirements.txt").write_text("one==2\n")
    python_env.test_python()
    assert pip == ["requirements-test.txt"] * 2


def test_an_interrupted_installation_is_repeated(pip, monkeypatch, tmp_path):
    python_env.odoo_python()
    (tmp_path / "requirements.txt").write_text("one==2\n")
    real = python_env._install

    def interrupted(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(python_env, "_install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        python_env.odoo_python()
    (tmp_path / "requirements.txt").write_text("one==1\n")
    monkeypatch.setattr(python_env, "_install", real)
    python_env.odoo_python()
    assert pip == ["requirements.txt"] * 2, "the mark of before the interruption must be gone"


def test_a_removed_python_is_made_again(pip, state):
    python_env.odoo_python().unlink()
    python_env.odoo_python()
    assert len(pip) == 2


@pytest.mark.parametrize(
    ("version", "fits"), [((3, 9), False), ((3, 10), True), ((3, 13), True), ((3, 14), False)]
)
def test_versions_of_python(version, fits, monkeypatch):
    monkeypatch.setattr(python_env.sys, "version_info", (*version, 0, "final", 0))
    if fits:
        python_env._check_version()
        return
    with pytest.raises(ToolError, match=r"3\.10 to 3\.13"):
        python_env._check_version()


def test_an_environment_of_another_python_does_not_work(tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 2.7\n")
    python.chmod(0o755)
    assert not python_env._works(python)
    python.write_text(f"#!/bin/sh\necho {python_env.THIS}\n")
    assert python_env._works(python)


def test_pip_is_not_led_astray_by_the_environment(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    assert not {"PYTHONPATH", "PIP_TARGET"} & set(python_env._pip_environment())


def test_a_digest_follows_names_and_contents(tmp_path):
    (tmp_path / "a").write_text("1")
    before = marks.digest_files([tmp_path])
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "b").write_text("2")
    assert marks.digest_files([tmp_path], without=["tests"]) == before
    assert marks.digest_files([tmp_path]) != before
    (tmp_path / "a").rename(tmp_path / "c")
    assert marks.digest_files([tmp_path], without=["tests"]) != before


def test_a_refused_lock_says_so(state):
    with marks.exclusive("x"), pytest.raises(ToolError, match="busy"), marks.exclusive("x", "busy"):
        pass
    with marks.exclusive("x", "busy"):
        pass
