"""The addons beside ours: they install themselves, and feed the hook they are made for."""

QUIET = ("--stop-after-init", "--no-http", "--max-cron-threads=0", "--log-level=warn")

TALK = """
company = env.ref('base.main_company')
env = env(context={'allowed_company_ids': company.ids})
user = env['res.users'].create({'name': 'Agent', 'login': 'agent_of_the_bridge'})
employee = env['hr.employee'].create(
    {'name': 'Agent', 'user_id': user.id, 'company_id': company.id, 'hourly_cost': 90})
channel = env.ref('crm_lifecycle.channel_call')
channel.write({'fixed_cost': 1, 'hourly_cost': 30})
customer = env['res.partner'].create({'name': 'Talked to'})
talks = env['crm.interaction']

def cost():
    return talks.create({'partner_id': customer.id, 'channel_id': channel.id, 'minutes': 20,
                         'user_id': user.id}).cost

found = [cost()]
user.lifecycle_hourly_cost = 120
found.append(cost())
user.lifecycle_hourly_cost = 0
employee.hourly_cost = 0
found.append(cost())
result({'costs': found, 'bridge': env.ref('base.module_crm_lifecycle_hr_hourly_cost').state})
"""


def test_an_employee_s_hour_costs_what_hr_says(database, run_odoo, run_script):
    run_odoo("-d", database, "-i", "hr_hourly_cost", *QUIET)
    found = run_script(database, TALK)
    assert found == {"costs": [31, 41, 11], "bridge": "installed"}
