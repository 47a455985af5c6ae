from engine.hand_over import Deputy, Item, choose


def test_all_go_to_the_first_deputy():
    assert choose("all", [Item(1), Item(2)], [Deputy(7), Deputy(8)]) == {1: 7, 2: 7}


def test_nobody_there_takes_nothing():
    assert choose("even", [Item(1)], []) == {}


def test_even_differs_by_one_at_most():
    chosen = choose("even", [Item(key) for key in range(11)], [Deputy(7), Deputy(8), Deputy(9)])
    counts = sorted(list(chosen.values()).count(key) for key in (7, 8, 9))
    assert counts == [3, 4, 4]


def test_who_can_carry_twice_as_much_takes_twice_as_many():
    items = [Item(key) for key in range(9)]
    chosen = choose("even", items, [Deputy(7, share=2), Deputy(8)])
    assert list(chosen.values()).count(7) == 6


def test_worth_is_shared_rather_than_the_number():
    items = [Item(1, worth=900), Item(2, worth=300), Item(3, worth=300), Item(4, worth=300)]
    chosen = choose("worth", items, [Deputy(7), Deputy(8)])
    assert chosen == {1: 7, 2: 8, 3: 8, 4: 8}


def test_what_is_worth_less_than_nothing_weighs_nothing():
    items = [Item(1, worth=-50), Item(2, worth=10), Item(3, worth=10)]
    chosen = choose("worth", items, [Deputy(7), Deputy(8)])
    assert {chosen[2], chosen[3]} == {7, 8}


def test_the_closest_area_takes():
    deputies = [Deputy(7, country=1), Deputy(8, country=1, city=" haifa "), Deputy(9)]
    items = [
        Item(1, country=1, city="Haifa"),
        Item(2, country=1, city="Eilat"),
        Item(3, country=2),
        Item(4),
    ]
    assert choose("area", items, deputies) == {1: 8, 2: 7, 3: 9, 4: 9}


def test_a_state_is_closer_than_its_country():
    deputies = [Deputy(7, country=1), Deputy(8, country=1, state=5)]
    items = [Item(1, country=1, state=5), Item(2, country=1, state=6)]
    assert choose("area", items, deputies) == {1: 8, 2: 7}


def test_where_no_area_fits_all_share():
    deputies = [Deputy(7, country=1), Deputy(8, country=2)]
    chosen = choose("area", [Item(1, country=3), Item(2, country=3)], deputies)
    assert set(chosen.values()) == {7, 8}


def test_tiers_go_to_who_takes_them_and_the_rest_to_who_names_none():
    deputies = [Deputy(7, tiers=frozenset("ab")), Deputy(8)]
    items = [Item(1, tier="a"), Item(2, tier="c"), Item(3)]
    assert choose("tier", items, deputies) == {1: 7, 2: 8, 3: 8}


def test_the_order_of_the_items_changes_nothing():
    items = [Item(key, worth=key % 4) for key in range(20)]
    deputies = [Deputy(7), Deputy(8, share=3)]
    assert choose("worth", items, deputies) == choose("worth", items[::-1], deputies)
