"""Marks of completed steps: what was interrupted has none, and is repeated."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import paths
from tools.console import ToolError

SKIPPED = {"__pycache__", "node_modules", ".git"}


def digest(*texts: str) -> str:
    """A short stable name for the content of some texts."""
    joined = "\0".join(texts).encode()
    return hashlib.sha256(joined).hexdigest()[:16]


def digest_files(folders: Iterable[Path], without: Iterable[str] = ()) -> str:
    """A short name for all files below some folders, less sub-folders of the given names."""
    skipped = SKIPPED | set(without)
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and not skipped.intersection(inner.parts):
                found.update(f"{folder.name}/{inner}\0".encode())
                found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def is_done(mark: Path, content: str) -> bool:
    """Whether the step that leaves this mark was completed with this content."""
    try:
        return mark.read_text() == content
    except OSError:
        return False


def set_done(mark: Path, content: str) -> None:
    """Leave the mark, in one step: it is there whole or not at all."""
    mark.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=mark.parent)
    with os.fdopen(handle, "w") as file:
        file.write(content)
    os.replace(name, mark)


@contextmanager
def exclusive(name: str, refusal: str = "") -> Iterator[None]:
    """One command at a time does this; a killed one lets go by itself.

    Others wait, or, with a `refusal`, end with that message.
    """
    with (paths.state_dir("locks") / name).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0))
        except BlockingIOError as error:
            raise ToolError(refusal) from error
        yield
