-- The nightly work by hand: what somebody who knows this database would write without Odoo.
-- Everything in one transaction, read once, written once. Parameter: as_of. The tables written
-- are copies of the addon's, indexes included: bench_value and bench_transition.

CREATE TEMP TABLE bench_figures ON COMMIT DROP AS
WITH param AS (
    SELECT id AS company_id, lifecycle_return_cost AS return_cost,
           %(as_of)s::date - lifecycle_period_days AS after_day
      FROM res_company),
fact (partner_id, company_id, revenue_total, revenue_period, invoice_count, purchase_count,
      first_purchase_date, last_purchase_date, cost_total, cost_period, return_count,
      overdue_amount, oldest_due, activity) AS (
    SELECT move.commercial_partner_id, move.company_id,
           SUM(amount_untaxed_signed),
           SUM(amount_untaxed_signed) FILTER (WHERE invoice_date > after_day),
           COUNT(*) FILTER (WHERE move_type <> 'out_refund'),
           COUNT(DISTINCT invoice_date)
               FILTER (WHERE move_type <> 'out_refund' AND amount_untaxed_signed > 0),
           MIN(invoice_date) FILTER (WHERE move_type <> 'out_refund' AND amount_untaxed_signed > 0),
           MAX(invoice_date) FILTER (WHERE move_type <> 'out_refund' AND amount_untaxed_signed > 0),
           NULL::numeric, NULL::numeric, NULL::bigint, NULL::numeric, NULL::date,
           COUNT(*) FILTER (WHERE invoice_date > after_day)
      FROM account_move move JOIN param USING (company_id)
     WHERE state = 'posted' AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
       AND commercial_partner_id IS NOT NULL
     GROUP BY move.commercial_partner_id, move.company_id
    UNION ALL
    SELECT contact.commercial_partner_id, line.company_id,
           NULL, NULL, NULL, NULL, NULL, NULL,
           SUM(-line.amount), SUM(-line.amount) FILTER (WHERE line.date > after_day),
           NULL, NULL, NULL, COUNT(*) FILTER (WHERE line.date > after_day)
      FROM account_analytic_line line
      JOIN res_partner contact ON contact.id = line.partner_id
      JOIN param ON param.company_id = line.company_id
     WHERE line.move_line_id IS NULL AND line.partner_id IS NOT NULL AND line.amount <> 0
     GROUP BY contact.commercial_partner_id, line.company_id
    UNION ALL
    SELECT contact.commercial_partner_id, picking.company_id,
           NULL, NULL, NULL, NULL, NULL, NULL,
           COUNT(*) * MIN(return_cost),
           COUNT(*) FILTER (WHERE picking.date_done::date > after_day) * MIN(return_cost),
           COUNT(*), NULL, NULL, COUNT(*) FILTER (WHERE picking.date_done::date > after_day)
      FROM (SELECT DISTINCT move.picking_id
              FROM stock_move move
              JOIN stock_location place ON place.id = move.location_id
             WHERE move.origin_returned_move_id IS NOT NULL AND move.state = 'done'
               AND place.usage = 'customer') back
      JOIN stock_picking picking ON picking.id = back.picking_id AND picking.state = 'done'
      JOIN res_partner contact ON contact.id = picking.partner_id
      JOIN param ON param.company_id = picking.company_id
     GROUP BY contact.commercial_partner_id, picking.company_id
    UNION ALL
    SELECT partner_id, company_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           SUM(amount_residual), MIN(date_maturity), 0
      FROM account_move_line
     WHERE account_id IN (SELECT id FROM account_account
                           WHERE account_type = 'asset_receivable')
       AND reconciled IS NOT TRUE AND parent_state = 'posted' AND amount_residual > 0
       AND date_maturity < %(as_of)s AND partner_id IS NOT NULL
     GROUP BY partner_id, company_id
    UNION ALL
    SELECT contact.commercial_partner_id, doc.company_id,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0
      FROM sale_order doc JOIN res_partner contact ON contact.id = doc.partner_id
     WHERE doc.state <> 'cancel'
     GROUP BY contact.commercial_partner_id, doc.company_id
    UNION ALL
    SELECT contact.commercial_partner_id, COALESCE(doc.company_id, seller.company_id),
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0
      FROM crm_lead doc
      JOIN res_partner contact ON contact.id = doc.partner_id
      LEFT JOIN res_users seller ON seller.id = doc.user_id
     WHERE COALESCE(doc.company_id, seller.company_id) IS NOT NULL
     GROUP BY 1, 2
    UNION ALL
    SELECT partner_id, company_id,
           NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0
      FROM bench_value)
SELECT partner_id, company_id,
       COALESCE(SUM(revenue_total), 0) AS revenue_total,
       COALESCE(SUM(revenue_period), 0) AS revenue_period,
       COALESCE(SUM(cost_total), 0) AS service_cost_total,
       COALESCE(SUM(cost_period), 0) AS service_cost_period,
       COALESCE(SUM(invoice_count), 0)::int AS invoice_count,
       COALESCE(SUM(purchase_count), 0)::int AS purchase_count,
       MIN(first_purchase_date) AS first_purchase_date,
       MAX(last_purchase_date) AS last_purchase_date,
       COALESCE(SUM(return_count), 0)::int AS return_count,
       COALESCE(SUM(overdue_amount), 0) AS overdue_amount,
       COALESCE(%(as_of)s::date - MIN(oldest_due), 0) AS days_late,
       SUM(activity) > 0 AS is_ranked
  FROM fact
 GROUP BY partner_id, company_id;

CREATE TEMP TABLE bench_final ON COMMIT DROP AS
WITH worth AS (
    SELECT *, revenue_total - service_cost_total AS value_total,
           revenue_period - service_cost_period AS value_period,
           CASE WHEN purchase_count > 1
                THEN ROUND((last_purchase_date - first_purchase_date)::numeric
                           / (purchase_count - 1), 2) ELSE 0 END AS purchase_interval_days
      FROM bench_figures),
scored AS (
    SELECT worth.*, CASE WHEN is_ranked THEN ROUND((100 * percent_rank() OVER (
               PARTITION BY company_id, is_ranked ORDER BY value_period))::numeric, 2) END AS score
      FROM worth),
tiered AS (
    SELECT scored.*,
           CASE WHEN NOT is_ranked THEN NULL
                WHEN value_period <= 0 THEN 'd'
                WHEN score >= 100 - company.lifecycle_tier_a_percent THEN 'a'
                WHEN score >= 100 - company.lifecycle_tier_a_percent
                            - company.lifecycle_tier_b_percent THEN 'b'
                ELSE 'c' END AS tier,
           company.lifecycle_retention_tier AS retained,
           company.lifecycle_retention_tenure_days AS tenure,
           company.lifecycle_retention_purchases AS purchases
      FROM scored JOIN res_company company ON company.id = company_id)
SELECT tiered.*,
       CASE WHEN invoice_count = 0 THEN 'acquisition'
            WHEN tier <= retained AND (%(as_of)s::date - first_purchase_date >= tenure
                                       OR purchase_count >= purchases) THEN 'retention'
            ELSE 'enhancement' END AS phase
  FROM tiered;

INSERT INTO bench_transition (partner_id, company_id, from_phase, to_phase, date, reason)
SELECT final.partner_id, final.company_id, value.phase, final.phase, now() AT TIME ZONE 'UTC',
       'entered'
  FROM bench_final final LEFT JOIN bench_value value USING (partner_id, company_id)
 WHERE value.phase IS DISTINCT FROM final.phase AND value.phase_locked IS NOT TRUE;

UPDATE bench_value value
   SET revenue_total = final.revenue_total, revenue_period = final.revenue_period,
       service_cost_total = final.service_cost_total,
       service_cost_period = final.service_cost_period,
       value_total = final.value_total, value_period = final.value_period,
       invoice_count = final.invoice_count, purchase_count = final.purchase_count,
       first_purchase_date = final.first_purchase_date,
       last_purchase_date = final.last_purchase_date,
       purchase_interval_days = final.purchase_interval_days, return_count = final.return_count,
       overdue_amount = final.overdue_amount, days_late = final.days_late,
       is_ranked = final.is_ranked, score = final.score, tier = final.tier, phase = final.phase,
       computed_at = now() AT TIME ZONE 'UTC'
  FROM bench_final final
 WHERE value.partner_id = final.partner_id AND value.company_id = final.company_id
   AND (value.revenue_total, value.revenue_period, value.service_cost_total,
        value.service_cost_period, value.value_total, value.value_period, value.invoice_count,
        value.purchase_count, value.first_purchase_date, value.last_purchase_date,
        value.purchase_interval_days, value.return_count, value.overdue_amount, value.days_late,
        value.is_ranked, value.score, value.tier, value.phase)
       IS DISTINCT FROM
       (final.revenue_total, final.revenue_period, final.service_cost_total,
        final.service_cost_period, final.value_total, final.value_period, final.invoice_count,
        final.purchase_count, final.first_purchase_date, final.last_purchase_date,
        final.purchase_interval_days, final.return_count, final.overdue_amount, final.days_late,
        final.is_ranked, final.score, final.tier, final.phase);

INSERT INTO bench_value (partner_id, company_id, revenue_total, revenue_period,
       service_cost_total, service_cost_period, value_total, value_period, invoice_count,
       purchase_count, first_purchase_date, last_purchase_date, purchase_interval_days,
       interaction_count, inbound_count, complaint_count, return_count, overdue_amount, days_late,
       is_ranked, score, tier, phase, phase_since, computed_at)
SELECT partner_id, company_id, final.revenue_total, final.revenue_period,
       final.service_cost_total, final.service_cost_period, final.value_total,
       final.value_period, final.invoice_count, final.purchase_count, final.first_purchase_date,
       final.last_purchase_date, final.purchase_interval_days, 0, 0, 0, final.return_count,
       final.overdue_amount, final.days_late, final.is_ranked, final.score, final.tier,
       final.phase, COALESCE(final.first_purchase_date, %(as_of)s), now() AT TIME ZONE 'UTC'
  FROM bench_final final LEFT JOIN bench_value value USING (partner_id, company_id)
 WHERE value.id IS NULL;
