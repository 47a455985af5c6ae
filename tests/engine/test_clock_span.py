"""Working time in the units that people say."""

import pytest
from engine.clock import Span


@pytest.mark.parametrize(
    ("minutes", "day", "span"),
    [
        (0, 480, Span(0, 0, 0)),
        (59.9, 480, Span(0, 0, 59)),
        (75, 480, Span(0, 1, 15)),
        (479, 480, Span(0, 7, 59)),
        (480, 480, Span(1, 0, 0)),
        (3000, 480, Span(6, 2, 0)),
        (600, 456, Span(1, 2, 24)),
        (120, 0, Span(120, 0, 0)),
    ],
)
def test_a_span_is_split_at_the_working_day(minutes, day, span):
    assert Span.of(minutes, day) == span
