"""Run in Odoo's shell: build what the first page, or the first browser test, would wait for."""

# ruff: noqa: F821 - env is the shell's
qweb = env["ir.qweb"]
if "crm_template_" in env.cr.dbname:
    qweb._pregenerate_assets_bundles()
else:
    # Nobody looks at the bundles of the tests here, and they take longest.
    for bundle in ("web.assets_frontend_minimal", "web.assets_frontend_lazy"):
        qweb._get_asset_bundle(bundle, css=False, js=True).js()
    for bundle in ("web.assets_frontend", "web.assets_web"):
        qweb._get_asset_bundle(bundle, css=True, js=False).css()
    qweb._get_asset_bundle("web.assets_web", css=False, js=True).js()
env.cr.commit()
