from odoo import api, fields, models
from odoo.tools import SQL

COMPARED_DAYS = 90
GOOD_DAYS = 7


class CrmTouchpointLevel(models.AbstractModel):
    """Offer customers who ask for nothing to people who have time today.

    After the levelling, when all that is due has its day: up to the setting for each person,
    no more than is left of their day, the most valuable customers first. An offer is a due
    contact of kind *Proactive Service*, once in so many days for a customer, within the caps.
    """

    _inherit = "crm.touchpoint.level"

    @api.model
    def _offer_service(self, company, as_of):
        """Plan today's offers, in the caller's transaction.

        :return: number of offers that were made
        """
        slack = self._slack(company, as_of)
        if not slack:
            return 0
        rows = self.env.execute_query(self._offer(company, as_of, slack))
        if rows:
            self.env["crm.touchpoint"].invalidate_model()
            planner = self.env["crm.touchpoint.plan"]
            planner._note_next(planner._scope([partner for (partner,) in rows]))
        return len(rows)

    # ------------------------------------------------------------------ who has time
    @api.model
    def _slack(self, company, as_of):
        """How many offers each person takes today: dict of user id to a number above zero."""
        company = company.sudo()
        running = [("company_id", "=", company.id), ("state", "=", "running")]
        most = company.lifecycle_service_a_day
        if not most or not company._lifecycle_quiet().weekdays()[as_of.weekday()]:
            return {}
        if not self.env["crm.cadence"].sudo().search_count(running, limit=1):
            return {}
        used = {user: row for user, *row in self.env.execute_query(self._used(company, as_of))}
        people = self.env["res.users"].sudo().browse(used)
        slack = {}
        for user, days in people._contact_capacity(company, as_of, 1).items():
            busy, offered = used[user]
            slack[user] = min(days.get(as_of, 0) - busy, most - offered)
        return {user: number for user, number in slack.items() if number > 0}

    @api.model
    def _used(self, company, as_of):
        """``SELECT`` of who looks after customers, how busy today, with how many offers of today.

        Busy is the greater of today's due contacts and the open tasks up to today.
        """
        return SQL(
            """SELECT person.id, GREATEST(contacts.number, tasks.number), contacts.offered
                 FROM res_users person
                 JOIN res_company_users_rel works
                      ON works.user_id = person.id AND works.cid = %(company)s
                 CROSS JOIN LATERAL (
                      SELECT COUNT(*) FILTER (WHERE planned_date <= %(as_of)s
                                                AND state IN ('planned', 'scheduled', 'put_off'))
                                 AS number,
                             COUNT(*) FILTER (WHERE service_reason IS NOT NULL
                                                AND since_date = %(as_of)s) AS offered
                        FROM crm_touchpoint
                       WHERE user_id = person.id AND company_id = %(company)s) contacts
                 CROSS JOIN LATERAL (
                      SELECT COUNT(*) AS number FROM mail_activity
                       WHERE user_id = person.id AND active
                         AND date_deadline <= %(as_of)s) tasks
                WHERE person.active AND NOT person.share
                ORDER BY person.id""",
            company=company.id,
            as_of=as_of,
            to_flush=[
                *self._flushed(),
                *(
                    self.env["mail.activity"]._fields[name]
                    for name in ("user_id", "active", "date_deadline")
                ),
            ],
        )

    # ------------------------------------------------------------------ for whom
    @api.model
    def _offer(self, company, as_of, slack):
        """``INSERT`` of the offers: for each person, the most valuable customers first."""
        texts = self._service_texts()
        return SQL(
            """INSERT INTO crm_touchpoint (
                      partner_id, company_id, kind, name, state, is_service, service_reason, talk,
                      user_id, since_date, due_date, max_date, planned_date, put_off_count,
                      worth, rank, is_left, create_date, create_uid, write_date, write_uid)
               SELECT partner_id, %(company)s, 'service', %(name)s, 'planned', TRUE, why, text,
                      user_id, %(as_of)s, %(as_of)s, %(as_of)s::date + %(good)s, %(as_of)s, 0,
                      value_period, GREATEST(value_period, 1), FALSE, %(now)s, %(uid)s,
                      %(now)s, %(uid)s
                 FROM (SELECT candidate.*, said.text, has.slack,
                              ROW_NUMBER() OVER (PARTITION BY candidate.user_id
                                  ORDER BY value_period DESC, partner_id) AS place
                         FROM (%(candidates)s) candidate
                         JOIN unnest(%(users)s::int[], %(slacks)s::int[]) AS has (user_id, slack)
                              ON has.user_id = candidate.user_id
                         JOIN unnest(%(whys)s::varchar[], %(texts)s::text[]) AS said (why, text)
                              ON said.why = candidate.why) ranked
                WHERE place <= slack
            RETURNING partner_id""",
            company=company.id,
            name=self.env._("Offer our help"),
            as_of=as_of,
            good=GOOD_DAYS,
            now=fields.Datetime.now(),
            uid=self.env.uid,
            candidates=self._candidates(company, as_of),
            users=list(slack),
            slacks=list(slack.values()),
            whys=list(texts),
            texts=list(texts.values()),
        )

    @api.model
    def _service_texts(self):
        """What to talk about, by reason."""
        return {
            "quieter": self.env._(
                "We hear from each other less than half as often as three months ago. "
                "Ask how things are going."
            ),
            "stopped": self.env._(
                "Has bought before, and nothing for a long time. Ask whether what they have "
                "serves them, and what is missing."
            ),
            "silent": self.env._(
                "Never calls us. Ask whether all is well, and whether they know whom to call."
            ),
        }

    @api.model
    def _candidates(self, company, as_of):
        """``SELECT`` of customers who may be offered: who looks after them, and why."""
        caps = company.sudo()._lifecycle_caps()
        return SQL(
            """SELECT value.partner_id, value.value_period, owner.user_id,
                      CASE WHEN heard.before >= 2 AND heard.lately * 2 < heard.before
                           THEN 'quieter'
                           WHEN value.purchase_count >= 2
                                AND value.last_purchase_date < %(as_of)s::date - %(quiet)s
                           THEN 'stopped'
                           WHEN heard.inbound = 0 THEN 'silent' END AS why
                 FROM crm_customer_value value
                 JOIN res_partner customer
                      ON customer.id = value.partner_id AND customer.active
                     AND customer.commercial_partner_id = customer.id
                 CROSS JOIN LATERAL (SELECT COALESCE(
                      (customer.own_account_manager_id ->> value.company_id::text)::int,
                      customer.user_id) AS user_id) owner
                 CROSS JOIN LATERAL (%(heard)s) heard
                WHERE value.company_id = %(company)s AND value.purchase_count > 0
                  AND value.first_purchase_date < %(as_of)s::date - %(quiet)s
                  AND owner.user_id IS NOT NULL AND NOT %(peace)s
                  AND NOT heard.complains AND NOT heard.by_another
                  AND heard.made + (%(planned)s) < %(cap)s
                  AND NOT EXISTS (%(offered)s)""",
            as_of=as_of,
            quiet=company.sudo().lifecycle_service_quiet_days,
            company=company.id,
            cap=caps.contacts,
            heard=self._heard(company, as_of, caps),
            peace=self.env["res.partner"]._in_peace_sql("customer", as_of),
            planned=self._planned_near(as_of, caps),
            offered=self._offered(company, as_of),
            to_flush=self._flushed(),
        )

    @api.model
    def _offered(self, company, as_of):
        """``SELECT`` of due contacts that make an offer of service needless, or too soon."""
        return SQL(
            """SELECT 1 FROM crm_touchpoint other
                WHERE other.partner_id = value.partner_id
                  AND other.company_id = value.company_id
                  AND (other.state IN ('planned', 'scheduled', 'put_off')
                       AND (other.due_date <= %(as_of)s::date + %(good)s
                            OR other.planned_date <= %(as_of)s::date + %(good)s
                            OR other.service_reason IS NOT NULL)
                       OR other.service_reason IS NOT NULL
                          AND other.since_date > %(as_of)s::date - %(again)s)""",
            as_of=as_of,
            good=GOOD_DAYS,
            again=company.sudo().lifecycle_service_again_days,
        )

    @api.model
    def _planned_near(self, as_of, caps):
        """``SELECT`` of how many of the customer's contacts are planned within the cap's days."""
        return SQL(
            """SELECT COUNT(*) FROM crm_touchpoint near
                WHERE near.partner_id = value.partner_id AND near.company_id = value.company_id
                  AND near.state IN ('planned', 'scheduled', 'put_off')
                  AND near.planned_date < %s::date + %s""",
            as_of,
            caps.days,
        )

    @api.model
    def _heard(self, company, as_of, caps):
        """``SELECT`` of what the customer's contacts say: counts, and two reasons to wait."""
        company = company.sudo()
        longest = max(2 * COMPARED_DAYS, company.lifecycle_service_quiet_days, caps.days)
        return SQL(
            """SELECT COUNT(*) FILTER (WHERE talk.date >= %(as_of)s::date - %(compared)s)
                          AS lately,
                      COUNT(*) FILTER (WHERE talk.date < %(as_of)s::date - %(compared)s
                                         AND talk.date >= %(as_of)s::date - 2 * %(compared)s)
                          AS before,
                      COUNT(*) FILTER (WHERE talk.direction = 'in'
                                         AND talk.date >= %(as_of)s::date - %(quiet)s)
                          AS inbound,
                      COUNT(*) FILTER (WHERE talk.direction = 'out'
                                         AND talk.date >= %(as_of)s::date - %(cap_days)s)
                          AS made,
                      COALESCE(BOOL_OR(talk.direction = 'out' AND talk.user_id <> owner.user_id
                                       AND talk.date >= %(as_of)s::date - %(apart)s), FALSE)
                          AS by_another,
                      COALESCE(BOOL_OR(talk.complaint_state IN ('open', 'answered')), FALSE)
                          AS complains
                 FROM crm_interaction talk
                 JOIN crm_interaction_channel channel
                      ON channel.id = talk.channel_id AND channel.is_touch
                WHERE talk.partner_id = value.partner_id AND talk.company_id = value.company_id
                  AND talk.date < %(as_of)s::date + 1
                  AND talk.date >= %(as_of)s::date - %(longest)s""",
            as_of=as_of,
            compared=COMPARED_DAYS,
            quiet=company.lifecycle_service_quiet_days,
            cap_days=caps.days,
            apart=caps.apart,
            longest=longest,
        )
