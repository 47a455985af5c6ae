"""What the demo company needs before it can trade: accounts, a warehouse, Hebrew."""

VAT = 18.0
LANGUAGE = "he_IL"


def open_company(env):
    """Make the company of ``company.xml`` ready for users, products and invoices."""
    company = env.ref("crm_lifecycle.demo_company")
    env = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
    company = company.with_env(env)
    env["res.lang"]._activate_and_install_lang(LANGUAGE)
    load_accounts(company)
    if not env["stock.warehouse"].search_count([("company_id", "=", company.id)]):
        env["stock.warehouse"].create(
            {"name": "Rishon LeZion", "code": "CW", "company_id": company.id}
        )


def load_accounts(company):
    """The generic chart of accounts, with the country's own VAT."""
    if company.chart_template:
        return
    # Not try_loading(): it warns whenever it is called during an installation.
    company.env["account.chart.template"]._load("generic_coa", company, install_demo=False)
    # The generic chart is in dollars.
    company.currency_id = company.env.ref("base.ILS")
    localise_taxes(company)


def localise_taxes(company):
    """The generic chart is of no country; here prices carry the VAT of Israel."""
    country = company.country_id
    company.account_fiscal_country_id = country
    taxes = company.env["account.tax"].search([("company_id", "=", company.id)])
    taxes.tax_group_id.write({"country_id": country.id, "name": f"VAT {VAT:g}%"})
    taxes.write({"country_id": country.id})
    main = company.account_sale_tax_id | company.account_purchase_tax_id
    main.write({"amount": VAT, "name": f"{VAT:g}%", "invoice_label": f"VAT {VAT:g}%"})
