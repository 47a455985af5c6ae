from odoo import api, fields, models
from odoo.tools import SQL, plaintext2html

BATCH = 200
STOPS = ("complaint", "do_not_contact", "nobody")


class CrmTouchpoint(models.Model):
    """The task of a due contact: made on its day, one for each, and it follows the contact.

    A touchpoint whose day has come is ``scheduled``: it has a task for its responsible. The
    task moves with it, is put right when the responsible changes, and is closed (kept, as
    not needed) when the contact has to wait.
    """

    _inherit = "crm.touchpoint"

    currency_id = fields.Many2one(related="company_id.currency_id", related_sudo=False)
    worth = fields.Monetary(
        "Worth at Stake",
        readonly=True,
        help="The customer's worth in the trailing period, when the day was given.",
    )

    @api.model
    def _tend_tasks(self, company, as_of):
        """Bring a batch of tasks in line with their touchpoints, in the caller's transaction.

        :return: number of touchpoints that were touched; 0 when all is as it should be
        """
        stopped = self._locked(company, self._to_withdraw())
        stopped._withdraw_tasks()
        moved = self._locked(company, self._to_move())
        moved._move_tasks()
        wanting = self._locked(company, self._to_schedule(as_of))
        wanting._make_tasks()
        return len(stopped) + len(moved) + len(wanting)

    @api.model
    def _locked(self, company, condition):
        """Up to a batch of touchpoints that meet a condition and that nobody else holds."""
        activity = self.env["mail.activity"]
        rows = self.env.execute_query(
            SQL(
                """SELECT touchpoint.id FROM crm_touchpoint touchpoint
                     LEFT JOIN mail_activity task
                          ON task.id = touchpoint.activity_id AND task.active
                    WHERE touchpoint.company_id = %s AND %s
                    ORDER BY touchpoint.id LIMIT %s
                      FOR NO KEY UPDATE OF touchpoint SKIP LOCKED""",
                company.id,
                condition,
                BATCH,
                to_flush=[
                    *(field for field in self._fields.values() if field.store),
                    *(activity._fields[name] for name in ("active", "date_deadline", "user_id")),
                ],
            )
        )
        found = self.browse(row[0] for row in rows)
        found.invalidate_recordset()
        return found

    @api.model
    def _to_withdraw(self):
        return SQL(
            """touchpoint.state = 'scheduled'
               AND (touchpoint.planned_date IS NULL OR touchpoint.waits_for = ANY(%s))""",
            list(STOPS),
        )

    @api.model
    def _to_move(self):
        return SQL(
            """touchpoint.state IN ('scheduled', 'put_off') AND task.id IS NOT NULL
               AND touchpoint.planned_date IS NOT NULL AND touchpoint.user_id IS NOT NULL
               AND (task.date_deadline, task.user_id)
                   IS DISTINCT FROM (touchpoint.planned_date, touchpoint.user_id)"""
        )

    @api.model
    def _to_schedule(self, as_of):
        """Those whose day has come and that have no task, or one from before they were put off."""
        return SQL(
            """(touchpoint.state = 'planned'
                OR (touchpoint.state = 'scheduled' AND touchpoint.activity_id IS NULL))
               AND touchpoint.planned_date <= %s AND touchpoint.user_id IS NOT NULL
               AND COALESCE(touchpoint.waits_for, '') <> ALL(%s)""",
            as_of,
            list(STOPS),
        )

    def _withdraw_tasks(self):
        """Close the tasks of contacts that wait again."""
        self.activity_id.filtered("active")._close_with_touchpoint()
        self.write({"state": "planned", "activity_id": False})

    def _move_tasks(self):
        """Put tasks on the days and with the people of their contacts."""
        for (day, user), rows in self.grouped(lambda row: (row.planned_date, row.user_id)).items():
            tasks = rows.activity_id.with_context(mail_activity_quick_update=True)
            tasks.write({"date_deadline": day, "user_id": user.id})

    def _make_tasks(self):
        """Make the tasks of contacts whose day has come; those that have one keep it."""
        there = self.filtered(lambda row: row.activity_id.active)
        missing = self - there
        # Without a mail for each: the people have their list.
        tasks = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        created = tasks.create([row._task_values() for row in missing])
        for row, task in zip(missing, created, strict=True):
            row.activity_id = task
        self.write({"state": "scheduled"})
        there._move_tasks()

    def _task_values(self):
        """The task of a contact. Extend to say more in it."""
        self.ensure_one()
        kind = self.step_id.activity_type_id or self.env.ref(
            "mail.mail_activity_data_call", raise_if_not_found=False
        )
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": (self.contact_id or self.partner_id).id,
            "activity_type_id": kind.id if kind else False,
            "summary": self.name,
            "note": plaintext2html(self.talk) if self.talk else False,
            "date_deadline": self.planned_date,
            "user_id": self.user_id.id,
            "automated": True,
        }

    def _let_go(self):
        result = super()._let_go()
        moved = self.sudo().filtered(lambda row: row.state == "put_off" and row.activity_id.active)
        moved.filtered("user_id")._move_tasks()
        return result
