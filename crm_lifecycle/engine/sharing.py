"""Sharing work among people: each piece goes to whoever has least."""

import heapq


def spread(loads: dict[int, int], pieces: int) -> list[int]:
    """Who takes each of so many pieces of work.

    Each goes to the person with the least open work, those before it counted; of equals, to
    the lower id. ``loads`` is brought up to date, so that a next call goes on from there.

    :param loads: open work by person's id; changed in place
    :param pieces: how many pieces to give away
    :return: one person's id a piece; empty where there is nobody

    >>> spread({7: 0, 8: 2}, 4)
    [7, 7, 7, 8]
    """
    if not loads:
        return []
    waiting = [(load, person) for person, load in loads.items()]
    heapq.heapify(waiting)
    taken = []
    for _piece in range(pieces):
        load, person = waiting[0]
        heapq.heapreplace(waiting, (load + 1, person))
        loads[person] = load + 1
        taken.append(person)
    return taken
