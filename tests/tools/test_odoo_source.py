"""Odoo comes from ODOO_HOME, an earlier run, apt or git, in that order."""

import pytest

from tools import debian, odoo_source, paths
from tools.console import ToolError


@pytest.fixture
def no_ways(monkeypatch):
    """Neither apt nor git works, and both say so."""

    def refuse(reason):
        def way(_target):
            raise ToolError(reason)

        return way

    monkeypatch.setattr(odoo_source, "_fetch_debian", refuse("no apt here"))
    monkeypatch.setattr(odoo_source, "_fetch_git", refuse("no network here"))


def fetching(fake_odoo, log, name):
    def way(target):
        log.append(name)
        fake_odoo(target / "usr/lib/python3/dist-packages")

    return way


def test_odoo_home_wins_over_everything(state, fake_odoo, tmp_path, monkeypatch, no_ways):
    fake_odoo(state / "odoo")
    home = fake_odoo(tmp_path / "mine")
    monkeypatch.setenv("ODOO_HOME", str(home))
    assert odoo_source.odoo_root() == home


@pytest.mark.parametrize("inner", ["", "usr/lib/python3/dist-packages", "src"])
def test_odoo_home_may_be_a_checkout_or_an_installation(
    state, fake_odoo, tmp_path, monkeypatch, inner
):
    root = fake_odoo(tmp_path / "mine" / inner)
    monkeypatch.setenv("ODOO_HOME", str(tmp_path / "mine"))
    assert odoo_source.odoo_root() == root


def test_odoo_home_may_be_the_package_itself(state, fake_odoo, tmp_path, monkeypatch):
    root = fake_odoo(tmp_path / "mine")
    monkeypatch.setenv("ODOO_HOME", str(root / "odoo"))
    assert odoo_source.odoo_root() == root


def test_odoo_home_without_odoo_is_an_error_not_a_download(state, tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path / "nothing"))
    with pytest.raises(ToolError, match=r"there is no Odoo in it"):
        odoo_source.odoo_root()


def test_odoo_home_of_another_version_is_an_error(state, fake_odoo, tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(fake_odoo(tmp_path / "old", "18")))
    with pytest.raises(ToolError, match=r"not Odoo 19"):
        odoo_source.odoo_root()


def test_what_an_earlier_run_unpacked_is_used_without_network(state, fake_odoo, no_ways):
    root = fake_odoo(state / "odoo/usr/lib/python3/dist-packages")
    assert odoo_source.odoo_root() == root


def test_apt_comes_before_git(state, fake_odoo, monkeypatch):
    log = []
    monkeypatch.setattr(odoo_source, "_fetch_debian", fetching(fake_odoo, log, "apt"))
    monkeypatch.setattr(odoo_source, "_fetch_git", fetching(fake_odoo, log, "git"))
    assert odoo_source.odoo_root() == state / "odoo/usr/lib/python3/dist-packages"
    assert log == ["apt"]


def test_git_is_tried_where_apt_is_not_to_be_had(state, fake_odoo, monkeypatch):
    log = []
    monkeypatch.setattr(debian, "why_not", lambda: "not a Debian system")
    monkeypatch.setattr(odoo_source, "_fetch_git", fetching(fake_odoo, log, "git"))
    odoo_source.odoo_root()
    assert log == ["git"]


def test_when_nothing_works_the_error_names_every_way_and_why(state, no_ways):
    with pytest.raises(ToolError) as error:
        odoo_source.odoo_root()
    for text in ("ODOO_HOME", str(paths.state("odoo")), "no apt here", "no network here", "git"):
        assert text in str(error.value)


def test_an_interrupted_fetch_leaves_nothing_that_looks_complete(state, fake_odoo, monkeypatch):
    def interrupted(target):
        fake_odoo(target)
        raise KeyboardInterrupt

    monkeypatch.setattr(odoo_source, "_fetch_debian", interrupted)
    with pytest.raises(KeyboardInterrupt):
        odoo_source.odoo_root()
    assert not (state / "odoo").exists()
    log = []
    monkeypatch.setattr(odoo_source, "_fetch_debian", fetching(fake_odoo, log, "apt"))
    odoo_source.odoo_root()
    assert log == ["apt"]


def test_the_missing_asset_is_supplied_once(tmp_path):
    static = tmp_path / "odoo/addons/mail/static"
    static.mkdir(parents=True)
    odoo_source.supply_missing_asset(tmp_path)
    asset = tmp_path / "odoo" / odoo_source.MISSING_ASSET
    assert asset.read_text() == odoo_source.PLACEHOLDER
    asset.write_text("the real one")
    odoo_source.supply_missing_asset(tmp_path)
    assert asset.read_text() == "the real one"


def test_the_version_changes_when_the_release_changes(tmp_path, fake_odoo):
    one, other = fake_odoo(tmp_path / "a", "19"), fake_odoo(tmp_path / "b", "18")
    assert odoo_source.odoo_version(one).startswith("19,")
    assert odoo_source.odoo_version(one) != odoo_source.odoo_version(other)


def test_git_clones_the_branch_from_the_named_repository(state, tmp_path, monkeypatch):
    """The whole way through git, from a repository on this disk."""
    from tools import shell

    source = tmp_path / "source"
    (source / "odoo" / "cli").mkdir(parents=True)
    (source / "odoo" / "release.py").write_text("version_info = (19, 0)\n")
    (source / "odoo" / "cli" / "command.py").write_text("")
    git = ["git", "-C", source, "-c", "user.name=x", "-c", "user.email=x@example.com"]
    shell.output(["git", "init", "-q", "-b", odoo_source.VERSION, source])
    shell.output([*git, "add", "."])
    shell.output([*git, "commit", "-q", "-m", "x"])
    monkeypatch.setenv("ODOO_REPOSITORY", f"file://{source}")
    monkeypatch.setattr(debian, "why_not", lambda: "not a Debian system")
    assert odoo_source.odoo_root() == state / "odoo"
