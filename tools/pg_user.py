"""Under which user the embedded PostgreSQL runs: ours, or, since it refuses root, `nobody`."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.console import ToolError

UNPRIVILEGED = "nobody"
# Enter folders that only root may enter (a clone below /root). Nothing else is kept of root.
ENTER = (
    *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
    # Without it access(2), by which PostgreSQL looks for its parts, leaves capabilities aside.
    "--securebits=+no_setuid_fixup",
)


def is_root() -> bool:
    """Whether we are root."""
    return os.geteuid() == 0


def private_folder(folder: Path) -> None:
    """Make a folder that only the server's user (and root) may enter."""
    folder.mkdir(parents=True, exist_ok=True)
    user = pwd.getpwnam(UNPRIVILEGED) if is_root() else pwd.getpwuid(os.geteuid())
    # In /tmp somebody else may have been there first.
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), user.pw_uid}:
        raise ToolError(f"{folder} was not made by us; remove it.")
    os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o700)


def prefix(*places: Path) -> list[str]:
    """The words before a command that make it run as the server's user and reach these places."""
    if not is_root():
        return []
    if not shutil.which("setpriv"):
        raise ToolError(
            "PostgreSQL refuses to run as root, and setpriv (package util-linux) is missing."
            " Run as another user, or name a server: PGHOST=... PGUSER=... bin/serve"
        )
    user = pwd.getpwnam(UNPRIVILEGED)
    plain = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return plain if _reaches(plain, places) else [*plain, *ENTER]


def _reaches(plain: Sequence[str], places: Sequence[Path]) -> bool:
    """Whether the user can enter all the places without help."""
    return all(
        subprocess.run([*plain, "test", "-x", str(place)], check=False).returncode == 0
        for place in places
    )
