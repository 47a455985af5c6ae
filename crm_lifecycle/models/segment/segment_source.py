from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import SQL

CHANGES = ("enter", "leave", "adopt", "gone", "stay", "out")
EVERYBODY = (0, 2**31 - 1)


@dataclass(frozen=True)
class Place:
    """Where a segment stands: the tag, company and group by id, and the order."""

    category: int
    company: int
    group: int | None
    sequence: int


class CrmSegmentSource(models.AbstractModel):
    """Who comes into a segment and who leaves it, as one statement.

    ``_plan_sql`` says for every contact of a range of ids what happens to it: it serves the
    preview. ``_apply`` does it: only differences are written, straight into Odoo's table of
    tags, so that no contact's ``write_date`` moves.

    The changes: ``enter`` and ``leave`` by the rule; ``adopt`` is a tag that was there
    before anybody kept a history, which counts as set by hand; ``gone`` is a tag that went
    past us; ``stay``; ``out`` is kept out by hand. In an exclusive group a tag set by hand
    goes before those of rules, and then the order of the group decides, so the tags of a group
    are applied in that order.
    """

    _name = "crm.segment.source"
    _description = "Changes of Segments"

    @api.model
    def _place(self, category, company, group, sequence):
        """The place of a segment, as it is or as somebody wants it."""
        return Place(category.id, company.id, group.id or None, sequence)

    @api.model
    def _apply(self, place, matching, low, high):
        """Do what is to be done for a segment in a range of contacts' ids.

        :param Place place: the segment
        :param SQL matching: a select of the ids of contacts that fit the rule
        :param int low: the first id
        :param int high: the last id
        :return: dict of the numbers ``entered`` and ``left``
        """
        [row] = self.env.execute_query_dict(
            SQL(
                """WITH %s,
                        ended AS (%s),
                        removed AS (%s),
                        added AS (%s),
                        opened AS (%s)
                   SELECT (SELECT COUNT(*) FROM added) AS entered,
                          (SELECT COUNT(*) FROM removed) AS left,
                          (SELECT COUNT(*) FROM ended) AS ended,
                          (SELECT COUNT(*) FROM opened) AS opened""",
                self._plan_sql(place, matching, low, high),
                self._end_sql(place, low, high),
                self._remove_sql(place, low, high),
                self._add_sql(place),
                self._open_sql(place),
            )
        )
        self._forget_cache(any(row.values()), row["entered"] or row["left"])
        return {"entered": row["entered"], "left": row["left"]}

    @api.model
    def _take_away(self, pairs):
        """Take tags away that go with a write of the user's, who has been asked for that.

        :param pairs: set of pairs of contact id and tag id
        """
        if not pairs:
            return
        contacts, tags = zip(*sorted(pairs), strict=True)
        self.env.execute_query(
            SQL(
                """DELETE FROM res_partner_res_partner_category_rel tagged
                    USING unnest(%s::int[], %s::int[]) AS lost (partner_id, category_id)
                    WHERE tagged.partner_id = lost.partner_id
                      AND tagged.category_id = lost.category_id
                RETURNING 1""",
                list(contacts),
                list(tags),
                to_flush=self.env["res.partner"]._fields["category_id"],
            )
        )
        self._forget_cache(history=False, tags=True)

    @api.model
    def _forget_cache(self, history, tags):
        if history:
            self.env["crm.segment.membership"].invalidate_model(flush=False)
        if tags:
            self.env["res.partner"].invalidate_model(["category_id"], flush=False)
            self.env["res.partner.category"].invalidate_model(["partner_ids"], flush=False)

    @api.model
    def _plan_sql(self, place, matching, low, high):
        """The common table expressions that end with ``plan (partner_id, open_id, change)``."""
        tagged = self._in_range(SQL("tagged.partner_id"), low, high)
        held = self._in_range(SQL("held.partner_id"), low, high)
        return SQL(
            """matching AS MATERIALIZED (%(matching)s),
               member AS (
                   SELECT tagged.partner_id FROM res_partner_res_partner_category_rel tagged
                    WHERE tagged.category_id = %(category)s AND %(tagged)s),
               history AS (
                   SELECT DISTINCT ON (held.partner_id) held.partner_id, held.id, held.kind
                     FROM crm_segment_membership held
                    WHERE held.category_id = %(category)s AND held.left_on IS NULL AND %(held)s
                    ORDER BY held.partner_id, held.kind = 'hand' DESC, held.kind = 'out' DESC,
                             held.id),
               taken AS (%(taken)s),
               known AS (
                   SELECT partner_id, member.partner_id IS NOT NULL AS is_member,
                          matching.id IS NOT NULL AS fits, history.id AS open_id, history.kind,
                          COALESCE(taken.by_hand, FALSE) AS taken_by_hand,
                          COALESCE(taken.first_by_hand, FALSE) AS taken_first,
                          COALESCE(taken.first, FALSE) AS taken_before
                     FROM member
                     FULL JOIN (SELECT id AS partner_id, id FROM matching) matching
                         USING (partner_id)
                     FULL JOIN history USING (partner_id)
                     LEFT JOIN taken USING (partner_id)),
               plan AS MATERIALIZED (
                   SELECT partner_id, open_id, %(change)s AS change FROM known)""",
            matching=matching,
            category=place.category,
            tagged=tagged,
            held=held,
            taken=self._taken_sql(place, low, high),
            change=self._change_sql(),
            to_flush=self._flushed(),
        )

    @api.model
    def _flushed(self):
        """The fields that the plan reads past the ORM."""
        names = {
            "res.partner": ["category_id"],
            "res.partner.category": ["is_segment", "segment_group_id", "segment_sequence"],
            "crm.segment.membership": ["partner_id", "category_id", "kind", "left_on"],
        }
        return [self.env[model]._fields[name] for model in names for name in names[model]]

    @api.model
    def _in_range(self, column, low, high):
        return SQL("%s BETWEEN %s AND %s", column, low, high)

    @api.model
    def _change_sql(self):
        """What happens to a contact, in the words of the class."""
        return SQL(
            """CASE WHEN is_member AND kind IS DISTINCT FROM 'rule'
                    THEN CASE WHEN taken_first THEN 'leave'
                              WHEN kind = 'hand' THEN 'stay' ELSE 'adopt' END
                    WHEN kind = 'out' THEN 'out'
                    WHEN fits AND NOT taken_by_hand AND NOT taken_before
                    THEN CASE WHEN is_member THEN 'stay' ELSE 'enter' END
                    WHEN is_member THEN 'leave'
                    WHEN open_id IS NOT NULL THEN 'gone' END"""
        )

    @api.model
    def _taken_sql(self, place, low, high):
        """Contacts with another tag of the group: whether by hand, and whether it goes first."""
        if not place.group:
            return SQL(
                "SELECT NULL::int AS partner_id, FALSE AS by_hand, FALSE AS first_by_hand,"
                " FALSE AS first WHERE FALSE"
            )
        return SQL(
            """SELECT partner_id, bool_or(by_hand) AS by_hand, bool_or(by_hand AND first)
                      AS first_by_hand, bool_or(first) AS first
                 FROM (SELECT tagged.partner_id,
                              (other.segment_sequence, other.id) < (%s, %s) AS first,
                              COALESCE(bool_or(held.kind = 'hand'), TRUE)
                                  OR NOT bool_or(held.kind = 'rule') AS by_hand
                         FROM res_partner_category other
                         JOIN res_partner_res_partner_category_rel tagged
                           ON tagged.category_id = other.id AND %s
                         LEFT JOIN crm_segment_membership held
                           ON held.category_id = other.id AND held.left_on IS NULL
                          AND held.partner_id = tagged.partner_id
                        WHERE other.segment_group_id = %s AND other.id != %s AND other.active
                        GROUP BY tagged.partner_id, other.id) claim
                GROUP BY partner_id""",
            place.sequence,
            place.category,
            self._in_range(SQL("tagged.partner_id"), low, high),
            place.group,
            place.category,
        )

    # ------------------------------------------------------------------ writing
    @api.model
    def _end_sql(self, place, low, high):
        """End what no longer holds, and what a merge left twice."""
        return SQL(
            """UPDATE crm_segment_membership held
                  SET left_on = GREATEST(%(now)s, held.entered_on),
                      write_date = %(now)s, write_uid = %(uid)s
                 FROM plan
                WHERE held.partner_id = plan.partner_id AND held.category_id = %(category)s
                  AND held.left_on IS NULL AND %(held)s
                  AND (plan.change IN ('leave', 'gone', 'enter', 'adopt')
                       OR held.id != plan.open_id)
            RETURNING 1""",
            now=fields.Datetime.now(),
            uid=self.env.uid,
            category=place.category,
            held=self._in_range(SQL("held.partner_id"), low, high),
        )

    @api.model
    def _remove_sql(self, place, low, high):
        return SQL(
            """DELETE FROM res_partner_res_partner_category_rel tagged
                USING plan
                WHERE tagged.category_id = %s AND tagged.partner_id = plan.partner_id
                  AND plan.change = 'leave' AND %s
            RETURNING 1""",
            place.category,
            self._in_range(SQL("tagged.partner_id"), low, high),
        )

    @api.model
    def _add_sql(self, place):
        return SQL(
            """INSERT INTO res_partner_res_partner_category_rel (partner_id, category_id)
               SELECT partner_id, %s FROM plan WHERE change = 'enter'
                   ON CONFLICT DO NOTHING
            RETURNING 1""",
            place.category,
        )

    @api.model
    def _open_sql(self, place):
        return SQL(
            """INSERT INTO crm_segment_membership (partner_id, category_id, company_id, kind,
                      entered_on, create_uid, create_date, write_uid, write_date)
               SELECT partner_id, %(category)s, %(company)s,
                      CASE change WHEN 'enter' THEN 'rule' ELSE 'hand' END,
                      %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                 FROM plan WHERE change IN ('enter', 'adopt')
            RETURNING 1""",
            category=place.category,
            company=place.company,
            now=fields.Datetime.now(),
            uid=self.env.uid,
        )

    # ------------------------------------------------------------------ preview
    @api.model
    def _preview(self, place, matching, limit):
        """How many would enter, leave and stay, and the first of each.

        :param Place place: the segment as it would be stored
        :return: dict of change to pair of number and list of contact ids
        """
        rows = self.env.execute_query(
            SQL(
                """WITH %s
                   SELECT change, COUNT(*), (array_agg(partner_id ORDER BY partner_id))[:%s]
                     FROM plan WHERE change IS NOT NULL GROUP BY change""",
                self._plan_sql(place, matching, *EVERYBODY),
                limit,
            )
        )
        return {change: (0, []) for change in CHANGES} | {
            change: (count, ids) for change, count, ids in rows
        }
