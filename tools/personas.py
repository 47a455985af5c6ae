"""What bin/serve tells about the demo company: who may log in, and what to look at.

Read from `crm_lifecycle/demo/personas.json`, a list of objects with `login`, `password`, `name`,
`role` and `look_at` (one sentence, or a list of them).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools import paths
from tools.console import ToolError

FILE = paths.ROOT / paths.ADDON / "demo" / "personas.json"
SHOWN = 3


@dataclass(frozen=True)
class Persona:
    """Somebody who can log in."""

    login: str
    password: str
    name: str = ""
    role: str = ""
    look_at: tuple[str, ...] = ()


ADMINISTRATOR = Persona("admin", "admin", "Administrator", "everything")


def read(file: Path = FILE) -> list[Persona]:
    """The personas of the demo company; only the administrator when there is no such file."""
    if not file.exists():
        return [ADMINISTRATOR]
    try:
        return [_persona(entry) for entry in json.loads(file.read_text("utf-8"))]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ToolError(f"{file} is not a list of personas: {error!r}") from error


def _persona(entry: dict[str, Any]) -> Persona:
    look_at = entry.get("look_at") or ()
    sentences = (look_at,) if isinstance(look_at, str) else tuple(look_at)
    name, role = entry.get("name", ""), entry.get("role", "")
    return Persona(entry["login"], entry["password"], name, role, sentences)


def banner(url: str, personas: list[Persona]) -> list[str]:
    """The lines that end a start: address, logins, and three things to look at."""
    login = max(len(persona.login) for persona in personas)
    password = max(len(persona.password) for persona in personas)
    lines = ["", f"  {url}", "", "  Log in as"]
    for persona in personas:
        who = ", ".join(text for text in (persona.name, persona.role) if text)
        lines.append(f"    {persona.login:{login}}  {persona.password:{password}}  {who}".rstrip())
    sights = [text for persona in personas for text in persona.look_at][:SHOWN]
    if sights:
        lines += ["", "  Look at", *(f"    {n}. {text}" for n, text in enumerate(sights, 1))]
    return [*lines, ""]
