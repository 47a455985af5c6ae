"""The engine is plain Python."""

import ast
from pathlib import Path

ENGINE = Path(__file__).parents[2] / "crm_lifecycle" / "engine"


def imported(path):
    """The top-level packages that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


def test_no_module_of_the_engine_imports_odoo():
    files = list(ENGINE.rglob("*.py"))
    assert len(files) >= 4
    for path in files:
        assert "odoo" not in set(imported(path)), path
