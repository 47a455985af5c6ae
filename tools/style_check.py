"""The limits of the house that no linter knows: sizes, one model a file, words that must not be."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import paths

FILE_LINES, FUNCTION_LINES = 400, 40
CODE = {".py", ".js", ".xml", ".scss", ".css", ".sh", ".cjs"}
SIZED = {".py", ".js", ".scss"}
# Written in two parts, so that this file has none of them.
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
HOSTS = re.compile(
    "|".join(
        re.escape(f"{host}.{domain}")
        for host, domain in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("yarnpkg", "com"),
            ("deb.debian", "org"),
            ("ftp.debian", "org"),
            ("security.debian", "org"),
            ("snapshot.debian", "org"),
            ("nodesource", "com"),
            ("pkg", "dev"),
        )
    )
)
MODELS = {"Model", "TransientModel", "AbstractModel"}


@dataclass(frozen=True)
class Violation:
    """One place that breaks a limit."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        """As editors understand it."""
        return f"{self.path}:{self.line}: {self.text}"


def check(root: Path = paths.ROOT) -> list[Violation]:
    """All violations in the files that git knows or would add."""
    return [found for path in files(root) for found in check_file(root, path)]


def files(root: Path) -> list[Path]:
    """Files of the repository, less the ignored ones."""
    listed = [
        "git",
        "-C",
        str(root),
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    done = subprocess.run(listed, capture_output=True, text=True, check=True)
    return [root / name for name in sorted(set(done.stdout.split("\0"))) if name]


def check_file(root: Path, path: Path) -> Iterator[Violation]:
    """The violations of one file; one that is not text has none."""
    try:
        text = path.read_text("utf-8")
    except (UnicodeDecodeError, OSError):
        return
    name = path.relative_to(root)
    yield from _words(name, text)
    if path.suffix in SIZED and not _generated(name):
        yield from _size(name, text)
    if path.suffix == ".py":
        yield from _python(name, text)


def _generated(name: Path) -> bool:
    return "lib" in name.parts


def _words(name: Path, text: str) -> Iterator[Violation]:
    for number, line in enumerate(text.splitlines(), 1):
        if name.suffix in CODE and UNFINISHED.search(line):
            yield Violation(str(name), number, "unfinished work is an issue, not a comment")
        if found := HOSTS.search(line):
            yield Violation(str(name), number, f"names a registry's host: {found[0]}")


def _size(name: Path, text: str) -> Iterator[Violation]:
    lines = len(text.splitlines())
    if lines > FILE_LINES:
        yield Violation(str(name), FILE_LINES, f"{lines} lines; at most {FILE_LINES}")


def _python(name: Path, text: str) -> Iterator[Violation]:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield Violation(str(name), error.lineno or 0, f"does not parse: {error.msg}")
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _function(name, node)
    if name.parts[0].startswith(paths.ADDON) and "tests" not in name.parts:
        yield from _models(name, tree)


def _function(name: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Violation]:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if lines > FUNCTION_LINES:
        text = f"{node.name} has {lines} lines; at most {FUNCTION_LINES}"
        yield Violation(str(name), node.lineno, text)


def _models(name: Path, tree: ast.Module) -> Iterator[Violation]:
    found = [node for node in tree.body if isinstance(node, ast.ClassDef) and _is_model(node)]
    for node in found[1:]:
        yield Violation(str(name), node.lineno, f"{node.name} is a second model; one a file")


def _is_model(node: ast.ClassDef) -> bool:
    bases = (base.attr if isinstance(base, ast.Attribute) else "" for base in node.bases)
    return bool(MODELS.intersection(bases))
