"""Each limit of the house is noticed when it is broken, and only then."""

import subprocess

import pytest

from tools import paths, style_check

UNFINISHED = "TO" + "DO"


def check(tmp_path, name, text):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return [str(found) for found in style_check.check_file(tmp_path, path)]


def test_a_good_file(tmp_path):
    assert check(tmp_path, "crm_lifecycle/models/a.py", "class A(models.Model):\n    pass\n") == []


def test_a_file_may_have_400_lines(tmp_path):
    assert check(tmp_path, "a.py", "x = 1\n" * 400) == []
    assert check(tmp_path, "a.py", "x = 1\n" * 401) == ["a.py:400: 401 lines; at most 400"]
    assert check(tmp_path, "a.js", "//\n" * 401)
    assert check(tmp_path, "a.csv", "1\n" * 401) == []


@pytest.mark.parametrize("start", ["def f():", "async def f():"])
def test_a_function_may_have_40_lines(tmp_path, start):
    assert check(tmp_path, "a.py", f"{start}\n" + "    x = 1\n" * 39) == []
    assert check(tmp_path, "a.py", f"{start}\n" + "    x = 1\n" * 40) == [
        "a.py:1: f has 41 lines; at most 40"
    ]


@pytest.mark.parametrize("second", ["Model", "TransientModel", "AbstractModel"])
def test_one_model_a_file(tmp_path, second):
    text = f"class A(models.Model):\n    pass\nclass B(models.{second}):\n    pass\n"
    expected = "a.py:3: B is a second model; one a file"
    assert check(tmp_path, "crm_lifecycle/models/a.py", text) == [
        f"crm_lifecycle/models/{expected}"
    ]
    assert check(tmp_path, "crm_lifecycle/tests/a.py", text) == []
    assert check(tmp_path, "tools/a.py", text) == []


@pytest.mark.parametrize("name", ["a.py", "a.js", "a.xml", "a.scss"])
def test_unfinished_work(tmp_path, name):
    found = check(tmp_path, name, f"# {UNFINISHED}: later\n")
    assert any("unfinished work" in text for text in found)
    assert check(tmp_path, name, "# MASTODON\n") == [] or name != "a.py"


def test_a_registry_host_in_any_file(tmp_path):
    for host in ("pypi" + ".org", "registry." + "npmjs" + ".org", "deb." + "debian" + ".org"):
        assert any("registry" in text for text in check(tmp_path, "README.md", f"see {host}\n"))
    assert check(tmp_path, "README.md", "see mirror.example\n") == []


def test_python_that_does_not_parse(tmp_path):
    assert "does not parse" in check(tmp_path, "a.py", "def (:\n")[0]


def test_a_picture_is_no_text(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\xff\xfe")
    assert not list(style_check.check_file(tmp_path, tmp_path / "a.png"))


def test_the_files_of_the_repository_less_the_ignored(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("ignored/\n")
    for name in ("ignored/a.py", "seen.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"# {UNFINISHED}\n")
    assert [found.path for found in style_check.check(tmp_path)] == ["seen.py"]


def test_these_tools_keep_the_limits():
    own = [
        path for folder in ("tools", "tests/tools") for path in (paths.ROOT / folder).glob("*.py")
    ]
    assert len(own) > 20
    assert [str(found) for path in own for found in style_check.check_file(paths.ROOT, path)] == []
