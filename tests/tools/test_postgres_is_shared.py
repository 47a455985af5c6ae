"""The embedded server lives as long as somebody uses it, however its users end."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tools import paths, pg_user, postgres
from tools.console import ToolError

HOLD = """
import sys, time
from tools import postgres
with postgres.running() as server:
    print(server.sql("SELECT 1"), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holders(state_with_python):
    """Start processes that hold the server; whatever happens, none is left."""
    started = []

    def hold():
        env = {**os.environ, "PYTHONPATH": str(paths.ROOT)}
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        started.append(process)
        assert process.stdout.readline() == b"[['1']]\n"
        return process

    yield hold
    for process in started:
        process.kill()
        process.communicate()
    until(lambda: not is_running())


def is_running():
    return (paths.state("pg") / "postmaster.pid").exists()


def until(condition, limit=15):
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def test_a_block_has_a_server_and_leaves_none(state_with_python):
    with postgres.running() as server:
        assert server.embedded
        assert server.sql("SELECT current_user, version() LIKE 'PostgreSQL 18%'") == [["crm", "t"]]
        assert is_running()
    assert not is_running()


def test_what_was_stored_is_there_the_next_time(state_with_python):
    with postgres.running() as server:
        server.sql("CREATE TABLE kept AS SELECT 7 AS n")
    with postgres.running() as server:
        assert server.sql("SELECT n FROM kept") == [["7"]]


def test_it_listens_on_a_private_socket_only(state_with_python):
    with postgres.running() as server:
        assert server.sql("SHOW listen_addresses") == []
        folder = postgres.socket_folder()
        assert folder.stat().st_mode & 0o777 == 0o700
        assert len(os.fsencode(folder)) <= postgres.LONGEST_SOCKET_FOLDER


def test_the_last_of_two_users_stops_it(holders):
    first, second = holders(), holders()
    first.communicate()
    assert is_running()
    second.communicate()
    assert not is_running()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_user_leaves_no_server(holders, how):
    holder = holders()
    holder.send_signal(how)
    holder.communicate()
    until(lambda: not is_running())


def test_a_killed_user_takes_nothing_from_the_others(holders):
    first, second = holders(), holders()
    first.kill()
    first.communicate()
    time.sleep(0.5)
    assert is_running()
    second.communicate()
    until(lambda: not is_running())


def test_a_server_whose_keeper_died_too_is_stopped_by_the_next_user(holders, monkeypatch):
    monkeypatch.setattr(postgres.Cluster, "_start_keeper", lambda self: None)
    cluster = postgres.Cluster(postgres.find_programs(paths.state("venv/bin/python")))
    (paths.state_dir("locks") / "postgres.users").touch()
    cluster.start()
    assert is_running()
    holders().communicate()
    assert not is_running()


def test_an_interrupted_creation_is_repeated(state_with_python, monkeypatch):
    (paths.state("pg.new")).mkdir()
    (paths.state("pg.new") / "PG_VERSION").write_text("18")
    with postgres.running() as server:
        assert server.sql("SELECT 1") == [["1"]]


@pytest.mark.parametrize("name", postgres.CHOOSE_EXTERNAL)
def test_a_server_of_the_user_is_used_instead(state_with_python, monkeypatch, name):
    monkeypatch.setenv(name, "somewhere")
    with postgres.running() as server:
        assert not server.embedded
        assert not server.env
    assert not paths.state("pg").exists()


def test_a_command_inside_a_command_knows_the_server_is_ours(state, monkeypatch):
    monkeypatch.setenv("PGHOST", str(postgres.socket_folder()))
    monkeypatch.setenv("PGUSER", postgres.ROLE)
    assert not postgres.is_external()


def test_a_failing_statement_is_an_error_with_its_reason(state_with_python):
    with postgres.running() as server, pytest.raises(ToolError, match="no_such_table"):
        server.sql("SELECT * FROM no_such_table")


def test_without_the_wheel_the_error_names_the_other_way(tmp_path):
    with pytest.raises(ToolError, match="PGHOST"):
        postgres.find_programs(tmp_path / "bin" / "python")


@pytest.mark.skipif(not pg_user.is_root(), reason="only root can make such a folder")
def test_a_folder_somebody_else_made_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 12345, 12345)
    (tmp_path / "link").symlink_to("/etc")
    for name in ("theirs", "link"):
        with pytest.raises(ToolError, match="not made by us"):
            pg_user.private_folder(tmp_path / name)
    assert os.stat("/etc").st_uid == 0
