"""The mirror comes from the system's own sources, in either format."""

import pytest

from tools import debian
from tools.console import ToolError

DEB822 = """\
# A comment of the whole file
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/some.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""


@pytest.fixture
def etc(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def test_deb822_paragraphs(etc):
    main, security = debian.parse_deb822(DEB822)
    assert main.uri == "http://mirror.example/debian"
    assert main.suites == ("bookworm", "bookworm-updates")
    assert main.signed_by == "/usr/share/keyrings/some.gpg"
    assert main.is_debian
    assert not security.is_debian


def test_deb822_folded_fields_and_disabled_paragraphs():
    text = "Types: deb\nURIs: http://a.example/debian\nSuites:\n sid\n trixie\nComponents: main\n"
    (source,) = debian.parse_deb822(text)
    assert source.suites == ("sid", "trixie")
    assert not list(debian.parse_deb822(text + "Enabled: no\n"))
    assert not list(debian.parse_deb822(text.replace("Types: deb", "Types: deb-src")))


@pytest.mark.parametrize(
    ("line", "uri", "key"),
    [
        ("deb http://a.example/debian bookworm main contrib", "http://a.example/debian", ""),
        (
            "deb [signed-by=/k.gpg arch=amd64] http://a.example/x sid main # c",
            "http://a.example/x",
            "/k.gpg",
        ),
        ("  deb\thttp://a.example/debian\tstable\tmain", "http://a.example/debian", ""),
    ],
)
def test_one_line_sources(line, uri, key):
    (source,) = debian.parse_one_line(line)
    assert (source.uri, source.signed_by) == (uri, key)
    assert source.is_debian


@pytest.mark.parametrize(
    "line", ["# deb http://a.example/debian sid main", "deb-src http://a x main", ""]
)
def test_lines_that_are_no_source(line):
    assert not list(debian.parse_one_line(line))


def test_another_vendors_source_is_not_a_mirror(etc):
    (etc / "sources.list").write_text("deb http://vendor.example/apt nodistro main\n")
    (etc / "sources.list.d/a.list").write_text("deb http://ubuntu.example/ubuntu noble main\n")
    assert debian.mirror(etc) is None
    (etc / "sources.list.d/debian.sources").write_text(DEB822)
    assert debian.mirror(etc).uri == "http://mirror.example/debian"


def test_files_apt_would_not_read_are_not_read(etc):
    (etc / "sources.list.d/debian.sources.bak").write_text(DEB822)
    assert debian.system_sources(etc) == []


def test_why_not_names_what_is_missing(etc, monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda _tool: None)
    assert debian.why_not(etc) == "apt-get and dpkg-deb not found"
    monkeypatch.setattr(debian.shutil, "which", lambda tool: tool)
    assert debian.why_not(etc) == f"no Debian source in {etc}"
    (etc / "sources.list.d/debian.sources").write_text(DEB822)
    monkeypatch.setattr(debian, "KEYRINGS", ())
    assert debian.why_not(etc) == "no Debian archive keyring"


def test_the_private_configuration_points_nowhere_else(tmp_path):
    key = tmp_path / "key.gpg"
    env = debian._configure(tmp_path, "http://mirror.example/debian", key, ["sid", "bookworm"])
    conf = (tmp_path / "apt.conf").read_text()
    assert env["APT_CONFIG"] == str(tmp_path / "apt.conf")
    for setting in (
        "Dir::Etc::sourcelist",
        "Dir::Etc::sourceparts",
        "Dir::State::lists",
        "Dir::Cache",
    ):
        assert f'{setting} "{tmp_path}/' in conf
    assert (tmp_path / "sources.list").read_text() == (
        f"deb [signed-by={key}] http://mirror.example/debian sid main\n"
        f"deb [signed-by={key}] http://mirror.example/debian bookworm main\n"
    )
    assert "trusted" not in conf
    assert 'AllowUnauthenticated "false"' in conf


def test_fetching_without_a_mirror_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(debian, "mirror", lambda etc=None: None)
    with pytest.raises(ToolError, match="cannot be fetched here"):
        debian.fetch(["x/sid"], ["sid"], tmp_path)


@pytest.mark.network
def test_a_small_package_is_really_fetched_and_unpacked(tmp_path):
    (file,) = debian.fetch(["libjs-jquery-form/sid"], ["sid"], tmp_path / "apt")
    debian.unpack([file], tmp_path / "out")
    assert (tmp_path / "out/usr/share/javascript/jquery-form").is_dir()
