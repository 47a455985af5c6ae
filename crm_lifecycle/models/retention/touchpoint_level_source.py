from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...engine.levelling import Contact, Taken

HORIZON = 28
# What the statements read that is not of their own models.
READ = {
    "res.partner": (
        *("commercial_partner_id", "email_normalized", "active"),
        *("user_id", "own_account_manager_id"),
    ),
    "crm.customer.value": (
        *("partner_id", "company_id", "value_period"),
        *("purchase_count", "first_purchase_date", "last_purchase_date"),
    ),
    "crm.interaction": (
        *("partner_id", "company_id", "contact_id", "date", "user_id", "direction"),
        *("channel_id", "complaint_state"),
    ),
    "crm.interaction.channel": ("is_touch", "kind"),
    "mail.blacklist": ("email", "active"),
    "res.users": ("active", "share", "company_ids"),
}
WHOLE = ("crm.touchpoint", "crm.cadence.step")


class CrmTouchpointLevel(models.AbstractModel):
    """What has to be levelled in a company: the reading half."""

    _name = "crm.touchpoint.level"
    _description = "Levelling of Due Contacts"

    @api.model
    def _flushed(self):
        """The fields that the statements read."""
        named = [self.env[model]._fields[name] for model, names in READ.items() for name in names]
        own = [field for model in WHOLE for field in self.env[model]._fields.values()]
        return [*named, *(field for field in own if field.store)]

    @api.model
    def _open_rows(self, company, as_of):
        """The open touchpoints that may need a day: list of dict.

        Those that become due within four weeks, each with the customer's worth, whether
        somebody asked us to leave them in peace, and the weekdays and hours of its step.
        """
        peace = self.env["res.partner"]._in_peace_sql
        return self.env.execute_query_dict(
            SQL(
                """SELECT opened.id, opened.user_id, opened.partner_id, opened.state,
                          COALESCE(opened.contact_id, opened.partner_id) AS person_id,
                          opened.due_date, opened.max_date, opened.planned_date,
                          opened.put_off_until, opened.waits_for,
                          opened.complaint_id IS NOT NULL AS urgent,
                          COALESCE(value.value_period, 0)::float AS worth,
                          %(peace)s OR %(person_peace)s OR %(blacklisted)s AS in_peace,
                          %(weekdays)s AS weekdays,
                          COALESCE(step.hour_from, 0) AS hour_from,
                          COALESCE(step.hour_to, 24) AS hour_to
                     FROM crm_touchpoint opened
                     JOIN res_partner customer ON customer.id = opened.partner_id
                     LEFT JOIN res_partner person ON person.id = opened.contact_id
                     LEFT JOIN crm_cadence_step step ON step.id = opened.step_id
                     LEFT JOIN crm_customer_value value
                          ON value.partner_id = opened.partner_id
                         AND value.company_id = opened.company_id
                    WHERE opened.company_id = %(company)s AND opened.due_date < %(end)s
                      AND opened.state IN ('planned', 'scheduled', 'put_off')
                    ORDER BY opened.id""",
                peace=peace("customer", as_of),
                person_peace=peace("person", as_of),
                blacklisted=self._blacklisted(),
                weekdays=self._weekdays(),
                company=company.id,
                end=as_of + timedelta(days=HORIZON),
                to_flush=self._flushed(),
            )
        )

    @api.model
    def _weekdays(self):
        return SQL(
            """ARRAY[COALESCE(step.monday, TRUE), COALESCE(step.tuesday, TRUE),
                     COALESCE(step.wednesday, TRUE), COALESCE(step.thursday, TRUE),
                     COALESCE(step.friday, TRUE), COALESCE(step.saturday, TRUE),
                     COALESCE(step.sunday, TRUE)]"""
        )

    @api.model
    def _blacklisted(self):
        """The condition that the step is of e-mail only, and the address wants none."""
        channels = self.env["crm.cadence.step"]._fields["channel_ids"]
        return SQL(
            """(EXISTS (SELECT 1 FROM mail_blacklist listed
                         WHERE listed.active
                           AND listed.email = COALESCE(person.email_normalized,
                                                       customer.email_normalized))
                AND (SELECT BOOL_AND(channel.kind = 'email')
                       FROM %(chosen)s chosen
                       JOIN crm_interaction_channel channel ON channel.id = chosen.%(channel)s
                      WHERE chosen.%(step)s = step.id) IS TRUE)""",
            chosen=SQL.identifier(channels.relation),
            channel=SQL.identifier(channels.column2),
            step=SQL.identifier(channels.column1),
        )

    @api.model
    def _taken(self, company, rows, as_of):
        """What counts toward the caps already: contacts made, and those put off to a day."""
        put_off = [
            Taken(
                row["user_id"],
                row["partner_id"],
                row["person_id"],
                row["put_off_until"],
                uses_capacity=True,
            )
            for row in rows
            if row["state"] == "put_off" and row["put_off_until"]
        ]
        customers = {row["partner_id"] for row in rows}
        return put_off + self._made(company, customers, as_of)

    @api.model
    def _made(self, company, customers, as_of):
        """Our contacts with customers that still count: list of ``Taken``."""
        caps = company.sudo()._lifecycle_caps()
        rows = self.env.execute_query(
            SQL(
                """SELECT talk.user_id, talk.partner_id,
                          COALESCE(talk.contact_id, talk.partner_id), talk.date::date
                     FROM crm_interaction talk
                     JOIN crm_interaction_channel channel
                          ON channel.id = talk.channel_id AND channel.is_touch
                    WHERE talk.company_id = %(company)s AND talk.partner_id = ANY(%(customers)s)
                      AND talk.direction = 'out'
                      AND talk.date >= %(since)s AND talk.date < %(until)s
                    ORDER BY talk.id""",
                company=company.id,
                customers=list(customers),
                since=as_of - timedelta(days=max(caps.days, caps.apart)),
                until=as_of + timedelta(days=1),
                to_flush=self._flushed(),
            )
        )
        return [Taken(*row) for row in rows]

    @api.model
    def _contact(self, row, suits):
        """A row as the engine takes it.

        :param suits: dict of (hour from, hour to) to the weekdays that are not quiet then
        """
        hours = suits[row["hour_from"], row["hour_to"]]
        return Contact(
            id=row["id"],
            user=row["user_id"],
            customer=row["partner_id"],
            person=row["person_id"],
            earliest=row["due_date"],
            due=row["due_date"],
            latest=row["max_date"],
            worth=row["worth"],
            weekdays=tuple(a and b for a, b in zip(row["weekdays"], hours, strict=True)),
            planned=row["planned_date"],
            urgent=row["urgent"],
        )
