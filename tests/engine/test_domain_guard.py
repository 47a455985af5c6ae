"""Rules of segments: read as data, held to limits, whatever the text."""

import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from engine import domain_guard
from engine.domain_guard import LIMITS, Verdict, check
from hypothesis import given
from hypothesis import strategies as st

ALLOWED = frozenset(
    {"name", "city", "age", "active", "category_id", "parent_id", "parent_id.name"}
    | {"parent_id.country_id", "parent_id.country_id.code", "properties.*"}
)
PROBLEMS = {
    *("characters", "syntax", "shape", "depth", "terms", "values"),
    *("text", "number", "value", "operator", "path"),
}


def problem(text):
    return check(text, ALLOWED).problem


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "[]",
        "[('name', 'ilike', 'a')]",
        '[["name", "=", false]]',
        '[["active", "=", true], ["city", "=", null]]',
        "['|', ('age', '>', 65), '!', ('city', 'in', ['A', 'B'])]",
        "[('age', '<=', 17.5), ('age', '!=', False)]",
        "[('parent_id.country_id.code', '=', 'IL')]",
        "[('parent_id', 'any', [('country_id', 'any', [('code', '=', 'IL')])])]",
        "[('parent_id', 'not any', [('name', '=', 'x')])]",
        "[('properties.shoe_size', '=', 43)]",
        "[('name', '<', 'today -1m')]",
        "[(1, '=', 1)]",
        "[(0, '=', 1)]",
        "[('category_id', 'child_of', 3)]",
        "[('category_id', 'child_of', [3, 4])]",
    ],
)
def test_what_a_rule_may_be(text):
    verdict = check(text, ALLOWED)
    assert verdict.problem == ""
    assert bool(verdict.domain) == bool(text.strip(" []"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[('name', '=', 'x')", "syntax"),
        ("('name', '=', 'x')", "syntax"),
        ("{'name': 1}", "syntax"),
        ("5", "syntax"),
        ("[('name', '=', uid)]", "syntax"),
        ("[('name', '=', __import__('os').system('id'))]", "syntax"),
        ("[('name', '=', (lambda: 1)())]", "syntax"),
        ("[('name', '=', 'a' * 10**9)]", "syntax"),
        ("[('name', 'in', list(range(10**9)))]", "syntax"),
        ("[('name', '=', 9**9**9)]", "syntax"),
        ("[('name', '=', [x for x in ()])]", "syntax"),
        ("[f'{1}']", "syntax"),
        ("[" * 9000 + "]" * 9000, "syntax"),
        ("-" * 19000 + "1", "syntax"),
        ("[1" + "+1" * 9000 + "]", "syntax"),
        ("[" + "1" * 19000 + "]", "syntax"),
        ("\x00[]", "syntax"),
        ("['\ud800']", "syntax"),
        ("[('name', '=')]", "shape"),
        ("['name']", "shape"),
        ("['&', ('name', '=', 'a')]", "shape"),
        ("['!']", "shape"),
        ("[[('name', '=', 'a')]]", "shape"),
        ("[(1, '=', 2)]", "shape"),
        ("[(True, '=', 1)]", "shape"),
        ("[(('name',), '=', 1)]", "shape"),
        ("[('name', ['='], 1)]", "shape"),
        ("[('name', 'any!', [])]", "operator"),
        ("[('parent_id', 'not any!', [])]", "operator"),
        ("[('name', '=?', 1)]", "operator"),
        ("[('name', 'ILIKE', 'a')]", "operator"),
        ("[('name', 'inselect', 'SELECT 1')]", "operator"),
        ("[('user_ids.totp_secret', '=', 'a')]", "path"),
        ("[('bank_ids', '!=', False)]", "path"),
        ("[('message_ids.body', 'ilike', 'a')]", "path"),
        ("[('signup_token', '=', 'a')]", "path"),
        ("[('__class__', '=', 'a')]", "path"),
        ("[('parent_id', 'any', [('bank_ids', '!=', False)])]", "path"),
        ("[('parent_id.parent_id', '=', 1)]", "path"),
        ("[('properties', '=', 1)]", "path"),
        ("[('properties.__a', '=', 1)]", "path"),
        ("[('properties.a b', '=', 1)]", "path"),
        ("[('properties.a.b', '=', 1)]", "path"),
        ("[('', '=', 1)]", "path"),
        ("[('name', '=', ['a'])]", "value"),
        ("[('name', 'in', 'a')]", "value"),
        ("[('name', 'in', [['a']])]", "value"),
        ("[('name', 'ilike', 5)]", "value"),
        ("[('name', '=', {1: 2})]", "value"),
        ("[('name', '=', b'a')]", "value"),
        ("[('name', '=', 1j)]", "value"),
        ("[('parent_id', 'any', 5)]", "value"),
        ("[('name', '=', 'a\\x00b')]", "value"),
        ("[('name', '=', '\\ud800')]", "value"),
        ("[('age', '=', 2147483648)]", "number"),
        ("[('age', '=', 1e999)]", "number"),
        ('[["age", "=", NaN]]', "number"),
        ("[('name', '=', '" + "a" * 501 + "')]", "text"),
        (" " * 20001, ""),
        ("[" + " " * 20000 + "]", "characters"),
    ],
)
def test_what_a_rule_may_not_be(text, expected):
    assert problem(text) == expected


def test_a_list_has_at_most_1000_values():
    assert problem(f"[('age', 'in', {list(range(1000))})]") == ""
    assert problem(f"[('age', 'in', {list(range(1001))})]") == "values"


def test_a_rule_has_at_most_50_terms_wherever_they_stand():
    assert problem(str([("age", "=", 1)] * 50)) == ""
    assert problem(str([("age", "=", 1)] * 51)) == "terms"
    nested = [("parent_id", "any", [("name", "=", "a")] * 40)]
    assert problem(str(nested)) == ""
    assert problem(str(nested * 2)) == "terms"


def alternating(depth):
    """A rule of so many groups, each inside the one before."""
    domain = [("age", "=", 1)]
    for level in range(depth):
        domain = ["&|"[level % 2], ("age", "=", 1), *domain]
    return domain


def test_groups_stand_at_most_five_deep():
    for depth in range(6):
        verdict = check(str(alternating(depth)), ALLOWED)
        assert (verdict.problem, verdict.depth) == ("", depth)
    assert problem(str(alternating(6))) == "depth"


def test_conditions_side_by_side_are_not_deep_however_they_are_written():
    many = [("age", "=", 1)] * 30
    assert check(str(many), ALLOWED).depth == 1
    assert check(str(["&"] * 29 + many), ALLOWED).depth == 1
    assert check(str(["|"] * 29 + many), ALLOWED).depth == 1


def test_negation_is_a_level():
    assert problem(str(["!"] * 5 + [("age", "=", 1)])) == ""
    assert problem(str(["!"] * 6 + [("age", "=", 1)])) == "depth"


def nested(depth):
    domain = [("p", "=", 1)]
    for _level in range(depth):
        domain = [("p", "any", domain)]
    return str(domain)


def test_domains_in_conditions_are_levels():
    paths = {".".join(["p"] * number) for number in range(1, 99)}
    assert check(nested(5), paths).depth == 5
    assert check(nested(6), paths).problem == "depth"
    assert check(nested(60), paths).problem == "depth"
    inside = str([("p", "any", alternating(5))]).replace("age", "p")
    assert check(inside, paths).problem == "depth"


def test_what_is_refused_is_named():
    assert check("[('bank_ids', '=', 1)]", ALLOWED).detail == "bank_ids"
    assert check("[('name', 'any!', [])]", ALLOWED).detail == "any!"
    assert len(check(f"[({'x' * 5000!r}, '=', 1)]", ALLOWED).detail) <= 100


def test_a_verdict_says_what_the_rule_asks_for():
    text = "[('name', '=', 'a'), ('parent_id', 'any', [('name', '=', 'b')])]"
    verdict = check(text, ALLOWED)
    assert verdict.paths == ("name", "parent_id", "parent_id.name")
    assert verdict.terms == 3
    with pytest.raises(AttributeError):
        verdict.problem = "x"


@given(st.text(max_size=200))
def test_no_text_raises(text):
    assert isinstance(check(text, ALLOWED), Verdict)


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
literals = st.recursive(
    leaves | st.sampled_from(sorted(ALLOWED) + sorted(domain_guard.OPERATORS) + ["&", "|", "!"]),
    lambda inner: st.lists(inner, max_size=6) | st.tuples(inner, inner, inner),
    max_leaves=40,
)


@given(st.lists(literals, max_size=8))
def test_no_literal_raises_and_what_passes_is_within_the_limits(domain):
    verdict = check(repr(domain), ALLOWED)
    assert verdict.problem in PROBLEMS | {""}
    if not verdict.problem:
        assert verdict.terms <= LIMITS.terms
        assert verdict.depth <= LIMITS.depth
        assert all(path in ALLOWED or path.startswith("properties.") for path in verdict.paths)


PIECES = [
    *("[", "]", "(", ")", ",", "'name'", "'='", "'any'", "'any!'", "'in'", "'&'", "'|'", "'!'"),
    *("('name', '=', 'a')", "('age', '>', 3)", "__class__", "lambda: 0", "range(10**9)", "9**9**9"),
    *("'a'*10**9", "'user_ids.totp_secret'", "[('parent_id', 'any', ", "\\x00", "\ud800", "1e999"),
    *(
        "{",
        "}",
        "f'{x}'",
        "-",
        "+1",
        "#",
        "\n",
        '"',
        "'''",
        "True",
        "null",
        "NaN",
        "0x",
        "1_0",
        "b''",
    ),
]


SAME = 0.3  # how often a piece stands beside its like


def fuzzed(seed, number):
    """So many strings out of the pieces of rules, mostly broken ones; some are very long."""
    generator = random.Random(seed)
    for _number in range(number):
        count = generator.choice((1, 3, 5, 9, 20, 20, 60, 2000))
        piece = generator.choice(PIECES)
        yield "".join(
            piece if generator.random() < 0.3 else generator.choice(PIECES)
            for _piece in range(count)
        )


def hardly_any_memory():
    """50 MB beside what Python itself takes, and no file written."""
    resource.setrlimit(resource.RLIMIT_AS, (400 * 2**20, 400 * 2**20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_10000_fuzzed_rules_run_nothing():
    """In a process of its own: little memory, no files, and an audit of what Python does."""
    script = """
import sys
sys.path[:0] = sys.argv[1:3]
from test_domain_guard import ALLOWED, fuzzed
from engine.domain_guard import check
bad = []
FORBIDDEN = ("exec", "os.system", "subprocess.Popen", "import", "socket.connect")
check("[('name', '=', 1)]", ALLOWED), check("{", ALLOWED)
sys.addaudithook(lambda event, args: event in FORBIDDEN and bad.append((event, args)))
count = 0
for text in fuzzed(17, 10000):
    check(text, ALLOWED)
    count += 1
print(count, bad[:3], flush=True)
"""
    here = Path(__file__).parent
    addon = here.parents[1] / "crm_lifecycle"
    done = subprocess.run(
        [sys.executable, "-c", script, str(here), str(addon)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=hardly_any_memory,
    )
    assert done.stdout.strip() == "10000 []", done.stderr[-2000:]
