import logging
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ..value.customer_value_refresh import LOST_RACES
from .loyalty_grant import OPEN

_logger = logging.getLogger(__name__)

BATCH = 2000
# What an action makes of the grant that was open.
CLOSES = {"replace": "replaced", "end": "ended", "override": "overridden"}
LIST = "specific_property_product_pricelist"


class CrmLoyaltyRule(models.Model):
    """The job that sets the price lists, a batch a transaction.

    A batch locks customers whose list or grant changes, and writes lists and grants together, in
    three statements. Killed anywhere, the batch never was; run again, nothing is left to change.
    """

    _inherit = "crm.loyalty.rule"

    @api.model
    def _cron_apply(self):
        """Go through the companies that have a running rule, or an open grant."""
        progress = self.env["ir.cron"]
        companies = self._companies_to_apply()
        progress._commit_progress(remaining=len(companies))
        for company in companies:
            if not self._apply_company(company, progress._commit_progress):
                return

    @api.model
    def _companies_to_apply(self):
        grants = self.env["crm.loyalty.grant"].sudo()
        running = self.sudo()._read_group([("state", "=", "running")], ["company_id"])
        open_ = grants._read_group([("state", "in", OPEN)], ["company_id"])
        companies = self.env["res.company"].sudo().union(*(row[0] for row in running + open_))
        return companies.sorted("id")

    @api.model
    def _apply_company(self, company, commit, as_of=None):
        """Do all there is to do in a company.

        :param commit: called with the number of companies done after each batch; a false result
            (no time left) ends this call
        :return: whether there is time to go on
        """
        refresh = self.env["crm.customer.value.refresh"]
        as_of = as_of or self._today()
        while True:
            try:
                found = refresh._retry(partial(self._apply_batch, company, as_of))
            except LOST_RACES:
                _logger.warning("Loyalty price lists: too many lost races, going on tomorrow")
                found = 0
            if not commit(int(found < 1)):
                return False
            if found < 1:
                return True

    @api.model
    def _apply_batch(self, company, as_of, attempt=0):
        """Change up to ``BATCH`` customers; fewer after a lost race.

        :return: number of customers changed
        """
        # Read again: somebody may have changed a rule meanwhile.
        self.invalidate_model()
        self._close_merged(company, as_of)
        limit = self.env["crm.customer.value.refresh"]._bite(BATCH, attempt)
        plan = self.env["crm.loyalty.plan"]
        steps = plan._changes(company, self._running(company), as_of, limit)
        if steps:
            self._set_lists(company, [one for one in steps if one.present_id != one.after_id])
            self._change_grants([one for one in steps if one.grant_id], as_of)
            given = [one for one in steps if one.action in ("give", "replace")]
            self._write_grants(company, given, as_of)
            self.env["crm.loyalty.grant"].invalidate_model()
        return len(steps)

    @api.model
    def _close_merged(self, company, as_of):
        """Of two open grants of a customer, as after a merge, the one in force stays."""
        self.env["crm.loyalty.grant"].flush_model()
        self.env.execute_query(
            SQL(
                """UPDATE crm_loyalty_grant extra
                      SET state = 'ended', date_until = %(as_of)s, back_date = NULL
                     FROM (SELECT one.id, ROW_NUMBER() OVER (
                                  PARTITION BY one.partner_id
                                  ORDER BY one.pricelist_id = (
                                      customer.specific_property_product_pricelist
                                      ->> %(company)s::text)::int DESC NULLS LAST, one.id) AS nth
                             FROM crm_loyalty_grant one
                             JOIN res_partner customer ON customer.id = one.partner_id
                            WHERE one.company_id = %(company)s AND one.state = ANY(%(open)s)
                          ) counted
                    WHERE counted.id = extra.id AND counted.nth > 1
                RETURNING extra.id""",
                as_of=as_of,
                company=company.id,
                open=list(OPEN),
                to_flush=self.env["res.partner"]._fields[LIST],
            )
        )

    @api.model
    def _set_lists(self, company, steps):
        """Write the price lists of customers and, as Odoo does, of their contacts."""
        self.env.execute_query(
            SQL(
                """UPDATE res_partner contact
                      SET %(list)s = NULLIF(jsonb_strip_nulls(
                              COALESCE(contact.%(list)s, '{}'::jsonb)
                              || jsonb_build_object(%(company)s::text, changed.pricelist_id)
                          ), '{}'::jsonb),
                          write_date = %(now)s, write_uid = %(uid)s
                     FROM unnest(%(partners)s::int[], %(lists)s::int[])
                       AS changed (partner_id, pricelist_id)
                    WHERE contact.commercial_partner_id = changed.partner_id
                RETURNING contact.id""",
                list=SQL.identifier(LIST),
                company=company.id,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                partners=[step.partner_id for step in steps],
                lists=[step.after_id for step in steps],
            )
        )
        self.env["res.partner"].invalidate_model([LIST, "property_product_pricelist"])

    @api.model
    def _change_grants(self, steps, as_of):
        """Begin a grace, take it back, or close the grant."""
        rows = [self._changed_grant(step, as_of) for step in steps]
        if not rows:
            return
        self.env.execute_query(
            SQL(
                """UPDATE crm_loyalty_grant given
                      SET state = changed.state, rule_id = COALESCE(changed.rule_id, given.rule_id),
                          reason_end_date = CASE WHEN changed.state = 'active' THEN NULL
                              ELSE COALESCE(given.reason_end_date, changed.reason_end_date) END,
                          back_date = changed.back_date, date_until = changed.date_until
                     FROM unnest(%s::int[], %s::text[], %s::int[], %s::date[], %s::date[],
                                 %s::date[])
                       AS changed (id, state, rule_id, reason_end_date, back_date, date_until)
                    WHERE given.id = changed.id
                RETURNING given.id""",
                *(list(column) for column in zip(*rows, strict=True)),
            )
        )

    @api.model
    def _changed_grant(self, step, as_of):
        """(id, state, new rule, day the reason ended, day it goes back, last day) of a grant."""
        if step.action == "resume":
            return step.grant_id, "active", step.rule_id, None, None, None
        if step.action == "grace":
            return step.grant_id, "grace", None, as_of, step.until_date, None
        ended = None if step.action == "override" else as_of
        return step.grant_id, CLOSES[step.action], None, ended, None, as_of

    @api.model
    def _write_grants(self, company, steps, as_of):
        """Note what was given, with one statement."""
        if not steps:
            return
        rows = [(one.partner_id, one.rule_id, one.after_id, one.previous_id) for one in steps]
        now = fields.Datetime.now()
        self.env.execute_query(
            SQL(
                """INSERT INTO crm_loyalty_grant (
                          partner_id, rule_id, pricelist_id, previous_pricelist_id, company_id,
                          date_from, state, create_uid, create_date, write_uid, write_date)
                   SELECT given.*, %(company)s, %(as_of)s, 'active',
                          %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM unnest(%(partner)s::int[], %(rule)s::int[], %(list)s::int[],
                                 %(previous)s::int[]) AS given
                RETURNING id""",
                company=company.id,
                as_of=as_of,
                uid=self.env.uid,
                now=now,
                **dict(
                    zip(
                        ("partner", "rule", "list", "previous"),
                        map(list, zip(*rows, strict=True)),
                        strict=True,
                    )
                ),
            )
        )
