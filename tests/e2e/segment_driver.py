"""Segments of 100,000 contacts, and a refresh that is killed. Goes on from ``fire_driver.py``."""

# ruff: noqa: F821 - query, do, fork, wait and result are those of the shell and of fire_driver
from odoo.addons.crm_lifecycle.models.segment import segment_run

CONTACTS = 100_000
# Twenty batches, so that there are many moments between two commits.
segment_run.BATCH = 5000
RELATION = "res_partner_res_partner_category_rel"


def fill():
    """Contacts by SQL, like one that Odoo made: every second in a city, every fifth alike."""
    like = do(lambda in_env: in_env["res.partner"].create({"name": "Fire"}).id)
    own = {
        "name": "'Fire ' || n",
        "complete_name": "'Fire ' || n",
        "city": "CASE WHEN n %% 2 = 0 THEN 'Fire' END",
        "function": "'F' || n %% 5",
        "write_date": "TIMESTAMP '2020-01-01'",
    }
    columns = [
        name
        for (name,) in query(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = 'res_partner' AND column_name != 'id'"
        )
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(own.get(name, f'"{name}"') for name in columns)
    query(
        f"INSERT INTO res_partner ({names}) SELECT {values}"
        " FROM res_partner, generate_series(1, %s) n WHERE id = %s",
        CONTACTS,
        like,
    )
    query("UPDATE res_partner SET commercial_partner_id = id WHERE name LIKE 'Fire %%'")
    query("ANALYZE res_partner")


def segments(in_env):
    """One by itself, and two that exclude each other."""
    tags = in_env["res.partner.category"]
    tags.search([("is_segment", "=", True)]).write({"active": False})
    group = in_env["crm.segment.group"].create({"name": "Fire"})
    for name, domain, vals in (
        ("Fire City", "[('city', '=', 'Fire')]", {}),
        ("Fire First", "[('function', '=', 'F0')]", {"segment_sequence": 1}),
        ("Fire Second", "[('function', 'in', ['F0', 'F1'])]", {"segment_sequence": 2}),
    ):
        place = {**vals, "segment_group_id": group.id} if vals else {}
        tags.create({"name": name, "is_segment": True, "segment_domain": domain, **place})


def ask(in_env):
    in_env["crm.segment.run"]._ask_for_refresh()


def refresh(in_env):
    in_env["crm.segment.run"]._cron_refresh()


def position():
    rows = query(
        "SELECT state, position, last_position FROM crm_segment_run ORDER BY id DESC LIMIT 1"
    )
    return rows[0] if rows else ("none", 0, 0)


def uneven():
    """Tags without history, and history without a tag: there is none between two commits."""
    return query(
        f"""SELECT COUNT(*) FROM (
                SELECT tagged.partner_id, tagged.category_id
                  FROM {RELATION} tagged
                  JOIN res_partner_category tag ON tag.id = tagged.category_id
                 WHERE tag.name->>'en_US' LIKE 'Fire %%') tagged
              FULL JOIN (
                SELECT partner_id, category_id, COUNT(*) AS number FROM crm_segment_membership
                 WHERE left_on IS NULL AND category_id IN (
                       SELECT id FROM res_partner_category WHERE name->>'en_US' LIKE 'Fire %%')
                 GROUP BY 1, 2) held USING (partner_id, category_id)
             WHERE tagged.partner_id IS NULL OR held.partner_id IS NULL OR held.number > 1"""
    )[0][0]


def kill_until_done(times, seed):
    """Kill refreshes at random moments, ``times`` or until one came to its end.

    :return: the number of kills, the positions after them, and the largest unevenness
    """
    generator = random.Random(seed)
    positions, worst = [], 0
    for _number in range(times):
        pid = fork(refresh)
        time.sleep(generator.uniform(0.05, 0.9))
        os.kill(pid, signal.SIGKILL)
        if wait(pid) != -signal.SIGKILL:
            break
        positions.append(position()[1])
        worst = max(worst, uneven())
    return positions, worst


def members():
    return dict(
        query(
            f"""SELECT tag.name->>'en_US', COUNT(*) FROM {RELATION} tagged
                  JOIN res_partner_category tag ON tag.id = tagged.category_id
                 WHERE tag.name->>'en_US' LIKE 'Fire %%' GROUP BY 1"""
        )
    )


def wrong():
    """Members that plain SQL would not have, and the other way round."""
    return query(
        f"""SELECT COUNT(*) FROM (
                SELECT id AS partner_id, 'Fire City' AS name FROM res_partner
                 WHERE city = 'Fire' AND active
                UNION ALL SELECT id, 'Fire First' FROM res_partner
                 WHERE function = 'F0' AND active
                UNION ALL SELECT id, 'Fire Second' FROM res_partner
                 WHERE function = 'F1' AND active) right_one
              FULL JOIN (
                SELECT partner_id, tag.name->>'en_US' AS name FROM {RELATION} tagged
                  JOIN res_partner_category tag ON tag.id = tagged.category_id
                 WHERE tag.name->>'en_US' LIKE 'Fire %%') is_one USING (partner_id, name)
             WHERE right_one.partner_id IS NULL OR is_one.partner_id IS NULL"""
    )[0][0]


def told(**more):
    """What there is, as a result; the shell's own connection is gone since the first fork."""
    result(
        {
            "members": members(),
            "wrong": wrong(),
            "uneven": uneven(),
            "touched": query(
                "SELECT COUNT(*) FROM res_partner"
                " WHERE name LIKE 'Fire %%' AND write_date != '2020-01-01'"
            )[0][0],
            "history": query(
                "SELECT COUNT(*) FROM crm_segment_membership WHERE category_id IN ("
                "SELECT id FROM res_partner_category WHERE name->>'en_US' LIKE 'Fire %%')"
            )[0][0],
            "states": query("SELECT state, COUNT(*) FROM crm_segment_run GROUP BY 1"),
            **more,
        }
    )
    os._exit(0)
