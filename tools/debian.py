"""Debian packages through apt's own tools, unpacked and never installed.

`fetch` gives apt a private configuration: its own sources list (the wanted suites, on the mirror
that the system's sources name already, checked with the system's Debian keyring), its own lists
and its own cache. The system's configuration is read and not touched.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import console, shell
from tools.console import ToolError

ETC_APT = Path("/etc/apt")
KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
SUITES = {
    *("stable", "oldstable", "testing", "unstable", "sid"),
    *("bullseye", "bookworm", "trixie", "forky", "duke"),
}


@dataclass(frozen=True)
class Source:
    """One source of packages that the system knows."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str = ""

    @property
    def is_debian(self) -> bool:
        """Whether it is Debian's main archive: not its security one, not another vendor's."""
        return "main" in self.components and bool(SUITES.intersection(self.suites))


def mirror(etc: Path = ETC_APT) -> Source | None:
    """The first source of the system that is a Debian mirror."""
    return next((source for source in system_sources(etc) if source.is_debian), None)


def system_sources(etc: Path = ETC_APT) -> list[Source]:
    """All sources of the system, in both formats."""
    found: list[Source] = []
    for path in [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]:
        if path.suffix in {".list", ".sources"} and path.is_file():
            text = path.read_text(errors="replace")
            parse = parse_one_line if path.suffix == ".list" else parse_deb822
            found.extend(parse(text))
    return found


def parse_one_line(text: str) -> Iterator[Source]:
    """Sources of a `sources.list`: `deb [option=value] uri suite component ...`."""
    for line in text.splitlines():
        entry = re.match(r"\s*deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)([^#]*)", line)
        if entry:
            options, uri, suite, components = entry.groups()
            signed = re.search(r"signed-by=(\S+)", options or "", re.IGNORECASE)
            key = signed[1] if signed else ""
            yield Source(uri, (suite,), tuple(components.split()), key)


def parse_deb822(text: str) -> Iterator[Source]:
    """Sources of a `.sources` file: paragraphs of `Field: value` lines."""
    for paragraph in re.split(r"\n\s*\n", text):
        fields = _deb822_fields(paragraph)
        off = fields.get("enabled", "yes").lower() in {"no", "false", "0"}
        if off or "deb" not in fields.get("types", "").split():
            continue
        suites = tuple(fields.get("suites", "").split())
        components = tuple(fields.get("components", "").split())
        for uri in fields.get("uris", "").split():
            yield Source(uri, suites, components, fields.get("signed-by", ""))


def _deb822_fields(paragraph: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in paragraph.splitlines():
        if line.startswith("#"):
            continue
        if line[:1].isspace() and name:
            fields[name] += " " + line.strip()
        elif ":" in line:
            name, value = line.split(":", 1)
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def why_not(etc: Path = ETC_APT) -> str:
    """Why packages cannot be had this way here; empty when they can."""
    missing = [tool for tool in ("apt-get", "dpkg-deb") if not shutil.which(tool)]
    if missing:
        return f"{' and '.join(missing)} not found"
    source = mirror(etc)
    if not source:
        return f"no Debian source in {etc}"
    return "" if _keyring(source) else "no Debian archive keyring"


def _keyring(source: Source) -> Path | None:
    named = [Path(source.signed_by)] if source.signed_by.startswith("/") else []
    return next((path for path in (*named, *KEYRINGS) if path.is_file()), None)


def fetch(packages: Sequence[str], suites: Iterable[str], work: Path) -> list[Path]:
    """Download `name/suite` packages into `work`, signatures checked; returns the files."""
    source = mirror()
    keyring = source and _keyring(source)
    if not source or not keyring:
        raise ToolError(f"Debian packages cannot be fetched here: {why_not()}.")
    env = _configure(work, source.uri, keyring, suites)
    debs = work / "debs"
    debs.mkdir(exist_ok=True)
    with console.step("Reading the package lists", console.growing(work / "lists")):
        shell.logged(["apt-get", "update"], work / "update.log", env)
    names, expected = _plan(packages, env)
    with console.step(f"Downloading {len(names)} packages", console.growing(debs, expected)):
        shell.logged(["apt-get", "download", *packages], work / "download.log", env, debs)
    return [debs / name for name in names]


def _configure(work: Path, uri: str, keyring: Path, suites: Iterable[str]) -> dict[str, str]:
    """Write the private configuration and return the environment that selects it."""
    for name in ("lists/partial", "cache/archives/partial", "parts"):
        (work / name).mkdir(parents=True, exist_ok=True)
    lines = [f"deb [signed-by={keyring}] {uri} {suite} main\n" for suite in suites]
    (work / "sources.list").write_text("".join(lines))
    settings = {
        "Dir::Etc::sourcelist": work / "sources.list",
        "Dir::Etc::sourceparts": work / "parts",
        "Dir::Etc::preferences": work / "parts" / "none",
        "Dir::Etc::preferencesparts": work / "parts",
        "Dir::State::lists": work / "lists",
        "Dir::Cache": work / "cache",
        "Acquire::Languages": "none",
        "APT::Get::AllowUnauthenticated": "false",
        "Acquire::AllowInsecureRepositories": "false",
    }
    if os.geteuid() == 0:
        # apt would hand the download to a user of its own, who may not enter our folder.
        settings["APT::Sandbox::User"] = "root"
    text = "".join(f'{name} "{value}";\n' for name, value in settings.items())
    (work / "apt.conf").write_text(text)
    return {**os.environ, "APT_CONFIG": str(work / "apt.conf"), "LC_ALL": "C.UTF-8"}


def _plan(packages: Sequence[str], env: dict[str, str]) -> tuple[list[str], int]:
    """File names and the sum of sizes, as apt prints them."""
    printed = shell.output(["apt-get", "download", "--print-uris", *packages], env)
    plan = re.findall(r"^'[^']*' (\S+) (\d+)", printed, re.MULTILINE)
    return [name for name, _size in plan], sum(int(size) for _name, size in plan)


def unpack(files: Sequence[Path], target: Path, expected: int = 0) -> None:
    """Unpack packages into one folder, as they would lie on a system."""
    target.mkdir(parents=True, exist_ok=True)
    with console.step(f"Unpacking {len(files)} packages", console.growing(target, expected)):
        for file in files:
            shell.output(["dpkg-deb", "-x", file, target])
