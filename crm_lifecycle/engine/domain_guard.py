"""Rules that people store: a domain as text, read as data and held to limits.

Nothing is evaluated: the text is a Python or JSON literal, or it is refused. What comes out is
a list that Odoo's ``Domain`` takes, whose fields stand on a list of allowed paths.

Source: OWASP ASVS 5.0, 1.3.2 (no evaluation of stored expressions) and 2.2.1 (allow-lists).
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Collection
from dataclasses import dataclass, field
from math import isfinite

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
PATTERNS = frozenset(
    {"like", "not like", "ilike", "not ilike", "=like", "not =like", "=ilike", "not =ilike"}
)
LISTS = frozenset({"in", "not in", "child_of", "parent_of"})
NESTED = frozenset({"any", "not any"})
OPERATORS = COMPARISONS | PATTERNS | LISTS | NESTED
CONSTANTS = ((1, "=", 1), (0, "=", 1))
CONDITION = 3  # field, operator, value
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Limits:
    """How large a rule may be.

    :param characters: of the whole text
    :param depth: of groups inside groups, and of domains inside conditions
    :param terms: conditions in all
    :param values: in one list
    :param text: characters of one value
    """

    characters: int = 20_000
    depth: int = 5
    terms: int = 50
    values: int = 1_000
    text: int = 500


LIMITS = Limits()


@dataclass(frozen=True)
class Verdict:
    """What is to be said of a rule.

    :param domain: the rule as a list; empty when there is none, or when it is refused
    :param problem: why it is refused: ``characters``, ``syntax``, ``shape``, ``depth``,
        ``terms``, ``values``, ``text``, ``number``, ``value``, ``operator`` or ``path``;
        empty when it is not
    :param detail: the operator, the path or the limit that it is about
    :param terms: number of conditions
    :param depth: of groups and of nested domains
    :param paths: the fields it asks for
    """

    domain: list = field(default_factory=list)
    problem: str = ""
    detail: str = ""
    terms: int = 0
    depth: int = 0
    paths: tuple[str, ...] = ()


class _RefusedError(Exception):
    """The rule breaks a limit."""

    def __init__(self, problem: str, detail: object = "") -> None:
        super().__init__(problem)
        self.problem, self.detail = problem, str(detail)[:100]


def check(text: str, allowed: Collection[str], limits: Limits = LIMITS) -> Verdict:
    """Read a rule and hold it to the limits.

    :param text: the rule; nothing, or an empty list, is no rule
    :param allowed: paths of fields; ``name.*`` allows any name below ``name``
    :return: never raises, whatever the text
    """
    reader = _Reader(allowed, limits)
    try:
        domain = _literal(text, limits)
        depth = reader.domain(domain, "", 0) if domain else 0
    except _RefusedError as refused:
        return Verdict(problem=refused.problem, detail=refused.detail)
    return Verdict(domain, "", "", reader.terms, depth, tuple(sorted(reader.paths)))


def _literal(text: str, limits: Limits) -> list:
    """The list that the text spells."""
    if not text or not text.strip():
        return []
    if len(text) > limits.characters:
        raise _RefusedError("characters", limits.characters)
    value = _parsed(text.strip())
    if not isinstance(value, list):
        raise _RefusedError("syntax")
    return value


def _parsed(text: str) -> object:
    """A Python literal, or else JSON, which says true, false and null."""
    for parse in (_python, json.loads):
        try:
            return parse(text)
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
    raise _RefusedError("syntax")


def _python(text: str) -> object:
    with warnings.catch_warnings():
        # What Python finds strange in somebody's text is nothing for the server's log.
        warnings.simplefilter("ignore")
        return ast.literal_eval(text)


@dataclass(frozen=True)
class _Group:
    """A part of a rule while it is read: its operator, and its depth."""

    operator: str
    depth: int

    def under(self, operator: str) -> int:
        """Its depth inside a group; groups of the same kind are one, as in Odoo's editor."""
        return self.depth if self.operator == operator else self.depth + 1


class _Reader:
    """Reads a domain in prefix notation, from its end, as Odoo does."""

    def __init__(self, allowed: Collection[str], limits: Limits) -> None:
        self.allowed, self.limits = allowed, limits
        self.terms = 0
        self.paths: set[str] = set()

    def domain(self, items: list, prefix: str, outside: int) -> int:
        """Check a domain; returns its depth.

        :param prefix: the path of the field whose records it is about, with a dot
        :param outside: how deep the domain itself stands
        """
        stack: list[_Group] = []
        for item in reversed(items):
            stack.append(self._item(item, stack, prefix, outside))
            if stack[-1].depth + outside > self.limits.depth:
                raise _RefusedError("depth", self.limits.depth)
        depth = max((group.under("&") for group in stack), default=0)
        if len(stack) == 1:
            depth = stack[0].depth
        if depth + outside > self.limits.depth:
            raise _RefusedError("depth", self.limits.depth)
        return depth

    def _item(self, item: object, stack: list[_Group], prefix: str, outside: int) -> _Group:
        if item == "!":
            return _Group("!", self._pop(stack).depth + 1)
        if item in ("&", "|"):
            operator = str(item)
            parts = (self._pop(stack), self._pop(stack))
            return _Group(operator, max(part.under(operator) for part in parts))
        if not isinstance(item, list | tuple) or len(item) != CONDITION:
            raise _RefusedError("shape")
        return _Group("", self._condition(item, prefix, outside))

    def _pop(self, stack: list[_Group]) -> _Group:
        if not stack:
            raise _RefusedError("shape")
        return stack.pop()

    def _condition(self, item: list | tuple, prefix: str, outside: int) -> int:
        """Check a condition; returns the depth of what is nested in it."""
        self.terms += 1
        if self.terms > self.limits.terms:
            raise _RefusedError("terms", self.limits.terms)
        if tuple(item) in CONSTANTS and type(item[0]) is int:
            return 0
        name, operator, value = item
        if not isinstance(name, str) or not isinstance(operator, str):
            raise _RefusedError("shape")
        if operator not in OPERATORS:
            raise _RefusedError("operator", operator)
        path = prefix + name
        self._path(path)
        if operator in NESTED:
            if not isinstance(value, list | tuple) or outside + 1 > self.limits.depth:
                raise _RefusedError("depth" if isinstance(value, list | tuple) else "value", path)
            return 1 + self.domain(list(value), f"{path}.", outside + 1)
        self._value(operator, value)
        return 0

    def _path(self, path: str) -> None:
        above, _dot, name = path.rpartition(".")
        open_below = f"{above}.*" in self.allowed and name.isidentifier() and name.isascii()
        if path not in self.allowed and not (open_below and not name.startswith("_")):
            raise _RefusedError("path", path)
        self.paths.add(path)

    def _value(self, operator: str, value: object) -> None:
        if not isinstance(value, list | tuple):
            self._scalar(value)
            if operator in PATTERNS and not isinstance(value, str):
                raise _RefusedError("value", operator)
            if operator in ("in", "not in"):
                raise _RefusedError("value", operator)
            return
        if operator not in LISTS:
            raise _RefusedError("value", operator)
        if len(value) > self.limits.values:
            raise _RefusedError("values", self.limits.values)
        for one in value:
            self._scalar(one)

    def _scalar(self, value: object) -> None:
        """Text, a number that a column holds, true, false, or nothing."""
        if value is None or isinstance(value, bool):
            return
        if isinstance(value, str):
            self._text(value)
        elif isinstance(value, int | float):
            if not isfinite(value) or abs(value) > LARGEST:
                raise _RefusedError("number")
        else:
            raise _RefusedError("value", type(value).__name__)

    def _text(self, value: str) -> None:
        if len(value) > self.limits.text:
            raise _RefusedError("text", self.limits.text)
        if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise _RefusedError("value", "text")
