"""What installing and uninstalling does beside the data files."""


def post_init_hook(env):
    """Fill the figures of the customers there are, so that the first screen shows them.

    Set-based, in the installation's own transaction; the job goes on with the months that ended.
    """
    run = env["crm.customer.value.run"]._current()
    while run.state in ("figures", "health", "ranking"):
        run._steps(commit=None, attempt=0)[run.state]()
    run._wake()
    env["crm.customer.quality.run"]._ask_for_check()
    env["crm.stage.passage"]._fill_small()


def uninstall_hook(env):
    """Drop what the ORM does not know of, and let go of the demo company, which stays."""
    env["crm.lifecycle.demo"]._release()
    _leave_stages(env)
    env.cr.execute("DROP TABLE IF EXISTS pg_temp.crm_customer_rank")


def _leave_stages(env):
    """Take our name off the ready-made stages that leads stand in: Odoo could not delete them."""
    leads = env["crm.lead"].with_context(active_test=False)
    used = [stage.id for (stage,) in leads._read_group([], ["stage_id"])]
    names = env["ir.model.data"].search(
        [("module", "=", "crm_lifecycle"), ("model", "=", "crm.stage"), ("res_id", "in", used)]
    )
    names.unlink()
