"""Which database bin/serve makes, keeps, upgrades or replaces. Odoo itself is only counted here."""

from types import SimpleNamespace

import pytest

from tools import databases, serve
from tools.console import ToolError


@pytest.fixture
def odoo(state, monkeypatch):
    """Databases that are only a set of names, and what was done to them."""
    found = SimpleNamespace(databases=set(), done=[], digest="one")

    def create(_odoo, options):
        found.done.append("create")
        found.databases.add(options.db)

    def drop(_odoo, name):
        found.done.append("drop")
        found.databases.discard(name)

    monkeypatch.setattr(databases, "exists", lambda _odoo, name: name in found.databases)
    monkeypatch.setattr(databases, "drop", drop)
    monkeypatch.setattr(databases, "addons_digest", lambda: found.digest)
    monkeypatch.setattr(serve, "create", create)
    monkeypatch.setattr(serve, "upgrade", lambda _odoo, name: found.done.append("upgrade"))
    return found


def start(odoo, *args):
    odoo.done.clear()
    serve.prepare(odoo, serve.parse(list(args)))
    return odoo.done


def test_the_first_start_creates_and_the_second_does_nothing(odoo):
    assert start(odoo) == ["create"]
    assert start(odoo) == []


def test_a_changed_addon_upgrades_once(odoo):
    start(odoo)
    odoo.digest = "two"
    assert start(odoo) == ["upgrade"]
    assert start(odoo) == []


def test_an_interrupted_upgrade_is_repeated(odoo, monkeypatch):
    start(odoo)
    odoo.digest = "two"

    def interrupted(_odoo, _name):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(serve, "upgrade", interrupted)
        with pytest.raises(KeyboardInterrupt):
            start(odoo)
    assert start(odoo) == ["upgrade"]


def test_reset_starts_anew(odoo):
    start(odoo)
    assert start(odoo, "--reset") == ["drop", "create"]


def test_databases_are_remembered_one_by_one(odoo):
    start(odoo)
    assert start(odoo, "--db", "other") == ["create"]
    assert start(odoo) == []


@pytest.mark.parametrize("name", ["a b", "a;b", "", "-x", 'a"b', "x" * 50])
def test_a_name_that_is_none_is_refused(name, capsys):
    with pytest.raises(SystemExit):
        serve.parse([f"--db={name}"])


def test_only_this_machine_and_only_this_database():
    options = serve.server_options(
        serve.parse(["--db", "my.db", "--port", "8100", "--workers", "3"])
    )
    assert "--http-interface=127.0.0.1" in options
    assert r"--db-filter=^my\.db$" in options
    assert "--no-database-list" in options
    assert "--max-cron-threads=1" in options
    assert {"--http-port=8100", "--workers=3", "--gevent-port=8103"} <= set(options)


def test_the_first_installation_has_another_name_until_it_is_complete(state, monkeypatch):
    """Whatever is interrupted, there is no database called demo that is half of one."""
    log = []
    odoo = SimpleNamespace(
        run=lambda *args, **_kw: log.append(("run", args[1])),
        script=lambda name, *_args: log.append(("script", name)),
        server=SimpleNamespace(embedded=True),
    )
    monkeypatch.setattr(databases, "copy", lambda _odoo, old, new: log.append(("copy", old, new)))
    monkeypatch.setattr(databases, "drop", lambda _odoo, name: log.append(("drop", name)))
    monkeypatch.setattr(
        databases, "rename", lambda _odoo, old, new: log.append(("rename", old, new))
    )
    databases.install(odoo, "base", "demo", state / "x.log")
    half = databases.HALF + "demo"
    assert log == [
        ("copy", "base", half),
        ("run", half),
        ("script", half),
        ("drop", "demo"),
        ("rename", half, "demo"),
    ]


def test_progress_is_read_off_the_log(tmp_path):
    log = tmp_path / "x.log"
    log.write_text("... Loading module crm (3/12)\n... Loading module sale (6/12)\n")
    assert databases.modules_loaded(log)() == "50 %, sale"
    log.write_text("nothing yet")
    assert databases.modules_loaded(log)() == ""


def test_the_template_follows_the_files_an_installation_reads(tmp_path, monkeypatch):
    addon = tmp_path / databases.paths.ADDON
    for name in ("models", "tests", "static"):
        (addon / name).mkdir(parents=True)
    (addon / "__manifest__.py").write_text("{'depends': ['crm', 'base']}")
    monkeypatch.setattr(databases.paths, "ROOT", tmp_path)
    assert databases.dependencies() == ["base", "crm"]
    before = databases.addons_digest()
    (addon / "tests" / "test_x.py").write_text("x")
    (addon / "static" / "x.js").write_text("x")
    assert databases.addons_digest() == before
    (addon / "models" / "x.py").write_text("x")
    assert databases.addons_digest() != before


def test_copying_links_the_files_of_attachments(state, tmp_path):
    source = databases.filestore("one")
    (source / "ab").mkdir(parents=True)
    (source / "ab" / "abcd").write_text("picture")
    databases._copy_filestore("one", "two")
    copied = databases.filestore("two") / "ab" / "abcd"
    assert copied.read_text() == "picture"
    assert copied.samefile(source / "ab" / "abcd")


def test_odoo_that_ends_while_starting_is_an_error_with_its_log(state, tmp_path):
    from tools import ports, shell

    log = tmp_path / "x.log"
    process = shell.start(["sh", "-c", "echo no such module; exit 4"], log, {})
    process.wait()
    with pytest.raises(ToolError, match="no such module"):
        serve.await_answer(process, ports.free(), log)
