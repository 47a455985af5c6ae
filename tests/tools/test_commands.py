"""The scripts in bin/, and how commands run other programs and end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import commands, console, paths, ports, serve, shell, system_packages
from tools.console import ToolError

SCRIPTS = ("serve", "test", "odoo", "lint", "bench")


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_script_is_thin_and_can_be_started(name):
    script = paths.ROOT / "bin" / name
    assert os.access(script, os.X_OK)
    assert len(script.read_text().splitlines()) <= 5
    assert name in commands.COMMANDS


@pytest.mark.parametrize("name", ["serve", "test", "lint"])
def test_help_needs_nothing_and_works_from_anywhere(name, tmp_path):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "__init__.py").write_text("raise SystemExit('the wrong tools')")
    link = tmp_path / "link"
    link.symlink_to(paths.ROOT / "bin" / name)
    done = subprocess.run(
        [link, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert f"bin/{name}" in done.stdout


def test_ci_runs_the_tests():
    assert "bin/test" in (paths.ROOT / ".ci" / "run").read_text()


def test_an_unknown_command_is_refused(capsys):
    assert commands.main(["nothing"]) == 2
    assert "serve" in capsys.readouterr().err


def test_a_message_for_the_user_is_no_traceback(monkeypatch, capsys):
    def fail(_args):
        raise ToolError("Do this.")

    monkeypatch.setattr(serve, "main", fail)
    monkeypatch.setattr(commands.signal, "signal", lambda *_args: None)
    assert commands.main(["serve"]) == 1
    assert capsys.readouterr().err == "\nDo this.\n"


def test_a_failing_program_shows_the_end_of_its_log(tmp_path):
    script = "for n in $(seq 100); do echo line $n; done; exit 3"
    with pytest.raises(shell.CommandError) as error:
        shell.logged(["sh", "-c", script], tmp_path / "x.log")
    assert error.value.code == 3
    assert "line 100" in str(error.value)
    assert "line 80\n" not in str(error.value)
    assert str(tmp_path / "x.log") in str(error.value)


def test_a_program_that_takes_too_long_is_ended(tmp_path):
    started = time.monotonic()
    code = shell.logged_code(["sleep", "60"], tmp_path / "x.log", limit=0.2)
    assert code == shell.TIMED_OUT
    assert time.monotonic() - started < 10


def test_exit_codes_are_those_of_a_shell(tmp_path):
    assert shell.logged_code(["sh", "-c", "kill -9 $$"], tmp_path / "x.log") == 137
    assert shell.logged_code(["sh", "-c", "exit 7"], tmp_path / "x.log") == 7


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the Linux kernel")
def test_a_child_does_not_outlive_a_killed_parent(tmp_path):
    code = (
        "from tools import shell; from pathlib import Path;"
        f"shell.logged(['sh', '-c', 'echo $$ > {tmp_path}/pid; exec sleep 60'],"
        f" Path('{tmp_path}/log'))"
    )
    env = {**os.environ, "PYTHONPATH": str(paths.ROOT)}
    parent = subprocess.Popen([sys.executable, "-c", code], env=env)
    pid = wait_for(tmp_path / "pid")
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}/cmdline").exists() and b"sleep" in cmdline(pid):
        assert time.monotonic() < deadline, "the child lives on"
        time.sleep(0.05)


def cmdline(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def wait_for(file):
    deadline = time.monotonic() + 10
    while not (file.exists() and file.read_text().strip()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return file.read_text().strip()


def test_signals_reach_the_program_in_the_foreground(tmp_path):
    code = (
        "from tools import shell; import os, sys;"
        f"sys.exit(shell.foreground(['sh', '-c', 'trap \"exit 9\" TERM; echo x > {tmp_path}/up;"
        " while :; do sleep 0.1; done'], dict(os.environ)))"
    )
    env = {**os.environ, "PYTHONPATH": str(paths.ROOT)}
    wrapper = subprocess.Popen([sys.executable, "-c", code], env=env)
    wait_for(tmp_path / "up")
    wrapper.send_signal(signal.SIGTERM)
    assert wrapper.wait(10) == 9


def test_a_step_tells_its_start_and_its_end(capsys):
    with console.step("Fetching", lambda: "12 MB"):
        pass
    first, last = capsys.readouterr().err.splitlines()
    assert first == "- Fetching ..."
    assert last.startswith("- Fetching: done in 0.0 s (12 MB)")


def test_an_interrupted_step_is_not_called_done(capsys):
    with pytest.raises(KeyboardInterrupt), console.step("Fetching"):
        raise KeyboardInterrupt
    assert "stopped" in capsys.readouterr().err


def test_progress_of_a_growing_folder(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 1_500_000)
    assert console.growing(tmp_path)() == "1.5 MB"
    assert console.growing(tmp_path, 3_000_000)() == "50 % of 3.0 MB"
    assert console.growing(tmp_path / "none")() == "0.0 MB"


@pytest.mark.parametrize(("value", "text"), [(0.44, "0.4 s"), (12.3, "12 s"), (200, "3 min 20 s")])
def test_durations(value, text):
    assert console.seconds(value) == text


def test_a_missing_program_is_one_sentence_with_what_to_type(monkeypatch):
    monkeypatch.setattr(system_packages.os, "geteuid", lambda: 1000)
    program = system_packages.Program("Nothing", ("no-such-program",), ("nothing", "more"))
    with pytest.raises(ToolError) as error:
        system_packages.require([program])
    assert str(error.value) == "Nothing is not installed; type: sudo apt-get install nothing more"


def test_a_program_by_another_name_is_enough():
    program = system_packages.Program("Shell", ("no-such-program", "sh"), ("nothing",))
    assert system_packages.install([program]) == []


def test_a_taken_port_is_told_with_the_option_that_chooses_another():
    with ports.socket.socket() as taken:
        taken.bind((ports.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ToolError, match=rf"Port {port} is taken .* --port {port + 1}"):
            serve.main(["--port", str(port)])
    ports.require_free(ports.free(), "--port")
