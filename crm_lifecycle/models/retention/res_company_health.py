from odoo import api, fields, models

from ...engine.health import Levels

MANAGER = "crm_lifecycle.group_lifecycle_manager"


class ResCompany(models.Model):
    """From when on a customer is new, to be watched, at risk or lost, and who hears of it."""

    _inherit = "res.company"

    lifecycle_health_watch = fields.Integer(
        "Watch from",
        groups=MANAGER,
        default=25,
        help="Risk from which on a customer is to be watched, of 100.",
    )
    lifecycle_health_risk = fields.Integer(
        "At Risk from",
        groups=MANAGER,
        default=50,
        help="Risk from which on a customer is at risk, of 100.",
    )
    lifecycle_health_new_days = fields.Integer(
        "New for (Days)",
        groups=MANAGER,
        default=90,
        help="From the first purchase on, unless the customer is at risk already.",
    )
    lifecycle_health_lost_times = fields.Float(
        "Lost after (Times the Rhythm)",
        groups=MANAGER,
        default=4.0,
        help="A customer is lost who has not bought for more than so many times the days that "
        "usually lie between two purchases, and for at least the days below.",
    )
    lifecycle_health_lost_days = fields.Integer(
        "and after (Days)",
        groups=MANAGER,
        default=365,
        help="A customer who bought within so many days is not lost, whatever the rhythm.",
    )
    lifecycle_health_left_days = fields.Integer(
        "Left without a Purchase for (Days)",
        groups=MANAGER,
        default=180,
        help="For looking back how well health has warned: who bought nothing for so many days "
        "from a month's end on has left.",
    )
    lifecycle_health_tell = fields.Boolean(
        "Tell Who Falls into Risk",
        groups=MANAGER,
        default=True,
        help="The account manager (else the salesperson), where they use this app, gets a message "
        "when a customer falls into risk: once, and again only after it was out of risk.",
    )

    _lifecycle_health_levels = models.Constraint(
        "CHECK (lifecycle_health_watch BETWEEN 1 AND 100"
        " AND lifecycle_health_risk BETWEEN lifecycle_health_watch AND 100)",
        "Customers are watched from a risk of 1 to 100 on, and at risk from there or higher.",
    )
    _lifecycle_health_days = models.Constraint(
        "CHECK (lifecycle_health_new_days BETWEEN 0 AND 3650"
        " AND lifecycle_health_lost_days BETWEEN 1 AND 3650"
        " AND lifecycle_health_left_days BETWEEN 30 AND 3650)",
        "The days of health are at most ten years; who left is told after 30 days at the earliest.",
    )
    _lifecycle_health_lost_times = models.Constraint(
        "CHECK (lifecycle_health_lost_times BETWEEN 1 AND 100)",
        "A customer is lost after one to a hundred times the rhythm.",
    )

    def _lifecycle_levels(self):
        """The company's settings as ``engine.health.Levels``."""
        company = self.sudo()
        return Levels(
            watch=company.lifecycle_health_watch,
            risk=company.lifecycle_health_risk,
            new_days=company.lifecycle_health_new_days,
            lost_times=company.lifecycle_health_lost_times,
            lost_days=company.lifecycle_health_lost_days,
        )

    @api.model
    def _lifecycle_figure_fields(self):
        health = {name for name in self._fields if name.startswith("lifecycle_health_")}
        return super()._lifecycle_figure_fields() | health
