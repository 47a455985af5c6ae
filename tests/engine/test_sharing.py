from engine.sharing import spread


def test_the_person_with_least_work_takes_the_next():
    assert spread({7: 3, 8: 1}, 1) == [8]


def test_of_equals_the_lower_id():
    assert spread({9: 1, 4: 1}, 1) == [4]


def test_many_pieces_are_spread_and_hit_nobody_alone():
    taken = spread({1: 0, 2: 0, 3: 0}, 9)
    assert sorted(taken) == [1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_whoever_has_more_catches_up_last():
    assert spread({1: 0, 2: 2}, 4) == [1, 1, 1, 2]


def test_a_second_call_goes_on_where_the_first_ended():
    loads = {1: 0, 2: 0}
    assert [spread(loads, 1), spread(loads, 1)] == [[1], [2]]
    assert loads == {1: 1, 2: 1}


def test_nobody_there_takes_nothing():
    assert spread({}, 5) == []
