{
    "name": "Customer Lifecycle: Hourly Cost of Employees",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "summary": "Contacts with customers cost what the employee's hour costs",
    "author": "crm_lifecycle maintainers",
    "license": "LGPL-3",
    "depends": ["crm_lifecycle", "hr_hourly_cost"],
    "auto_install": True,
}
