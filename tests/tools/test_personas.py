"""What bin/serve says when it is up."""

import json

import pytest

from tools import personas
from tools.console import ToolError
from tools.personas import Persona


def write(tmp_path, content):
    file = tmp_path / "personas.json"
    file.write_text(json.dumps(content), "utf-8")
    return file


def test_without_a_file_the_administrator(tmp_path):
    assert personas.read(tmp_path / "none.json") == [personas.ADMINISTRATOR]


def test_personas_are_read(tmp_path):
    entry = {
        "login": "dana",
        "password": "d",
        "name": "דנה",
        "role": "Sales",
        "look_at": "The list",
    }
    plain = {"login": "omer", "password": "o"}
    assert personas.read(write(tmp_path, [entry, plain])) == [
        Persona("dana", "d", "דנה", "Sales", ("The list",)),
        Persona("omer", "o"),
    ]


@pytest.mark.parametrize("content", [[{"login": "x"}], ["x"], 7, {"login": "x"}])
def test_a_malformed_file_is_named(tmp_path, content):
    with pytest.raises(ToolError, match=r"personas\.json is not a list"):
        personas.read(write(tmp_path, content))


def test_the_banner_has_the_address_the_logins_and_three_sights():
    people = [
        Persona("dana", "secret", "Dana", "Sales", ("one", "two")),
        Persona("omer.long", "x", "Omer", "", ("three", "four")),
    ]
    assert personas.banner("http://127.0.0.1:8069", people) == [
        "",
        "  http://127.0.0.1:8069",
        "",
        "  Log in as",
        "    dana       secret  Dana, Sales",
        "    omer.long  x       Omer",
        "",
        "  Look at",
        "    1. one",
        "    2. two",
        "    3. three",
        "",
    ]


def test_the_personas_of_the_addon_can_be_read():
    assert personas.read()
