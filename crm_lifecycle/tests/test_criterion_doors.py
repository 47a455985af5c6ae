from odoo.tests import Form, tagged

from .criterion_common import CriterionCommon


@tagged("post_install", "-at_install")
class TestCriterionDoors(CriterionCommon):
    """Whichever door a lead comes through, it meets the conditions; the server itself passes."""

    def setUp(self):
        super().setUp()
        self.criterion(self.call)
        self.subject = self.lead(phone=False)
        self.leads = self.env["crm.lead"].with_user(self.seller)

    def test_the_form(self):
        form = Form(self.as_user(self.subject))
        form.stage_id = self.call
        self.assertRefused(form.save)
        form.phone = "+97235551234"
        form.save()
        self.assertEqual(self.subject.stage_id, self.call)

    def test_create(self):
        vals = {"name": "New", "team_id": self.team.id, "stage_id": self.call.id}
        refusal = self.assertRefused(lambda: self.leads.create(vals))
        self.assertIs(refusal.context["leads"][0]["id"], False)
        self.assertTrue(self.leads.create({**vals, "phone": "1"}))

    def test_create_with_a_default(self):
        leads = self.leads.with_context(default_stage_id=self.call.id)
        self.assertRefused(lambda: leads.create({"name": "New", "team_id": self.team.id}))

    def test_import(self):
        columns = ["name", "team_id/.id", "stage_id/.id", "phone"]
        row = ["Imported", str(self.team.id), str(self.call.id)]
        [message] = self.leads.load(columns, [[*row, ""]])["messages"]
        self.assertIn("Imported cannot go to Call yet", message["message"])
        self.assertTrue(self.leads.load(columns, [[*row, "1"]])["ids"])

    def imported(self, *rows, columns=("name", "team_id/.id", "stage_id/.id", "phone"), **kwargs):
        """What the import dialog answers its user for a file with these rows."""
        lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
        wizard = self.env["base_import.import"].with_user(self.seller).sudo(False)
        wizard = wizard.create(
            {"res_model": "crm.lead", "file": "\n".join(lines).encode(), "file_type": "text/csv"}
        )
        # A dry run rolls back to here; in a request of its own, everything else is stored.
        self.env.flush_all()
        options = {"has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8"}
        return wizard.execute_import(list(columns), list(columns), options, **kwargs)

    def test_the_import_dialog_names_what_is_missing_and_saves_nothing(self):
        place = (self.team.id, self.call.id)
        rows = [("Good", *place, "1"), ("Bad", *place, ""), ("Worse", *place, "")]
        for dryrun in (True, False):
            answer = self.imported(*rows, dryrun=dryrun)
            self.assertFalse(answer.get("ids"), answer)
            words = " ".join(message["message"] for message in answer["messages"])
            self.assertIn("Bad cannot go to Call yet", words)
            self.assertIn("Worse", words)
            self.assertNotIn("Good", words)
            names = [row[0] for row in rows]
            self.assertFalse(self.env["crm.lead"].search_count([("name", "in", names)]))

    def test_the_import_dialog_takes_what_is_complete(self):
        answer = self.imported(("Good", self.team.id, self.call.id, "1"))
        self.assertTrue(answer["ids"], answer)

    def test_the_import_dialog_moves_nothing_that_is_there(self):
        columns = (".id", "stage_id/.id")
        answer = self.imported((self.subject.id, self.call.id), columns=columns)
        [message] = answer["messages"]
        self.assertIn(f"{self.subject.name} cannot go to Call yet", message["message"])
        self.assertEqual(self.subject.stage_id, self.first)

    def test_the_won_button(self):
        self.assertRefused(self.as_user(self.subject).action_set_won)
        self.assertEqual(self.subject.stage_id, self.first)

    def test_a_mass_edit(self):
        leads = self.subject | self.lead("Other", phone="1")
        self.assertRefused(lambda: self.move(leads))

    def test_web_save(self):
        lead = self.as_user(self.subject)
        self.assertRefused(lambda: lead.web_save({"stage_id": self.call.id}, {}))

    def test_quick_create_in_the_column(self):
        leads = self.leads.with_context(default_stage_id=self.call.id)
        self.assertRefused(lambda: leads.name_create("Quick"))

    def test_merge_into_a_team_of_other_stages(self):
        team = self.env["crm.team"].create(
            {"name": "Other team", "company_id": self.company.id, "user_id": self.leader.id}
        )
        theirs = self.stage("Theirs", 5, "acquisition", team_ids=[(6, 0, team.ids)])
        self.criterion(theirs, names=("email_from",), scope="always")
        pair = self.subject | self.lead("Twin", phone=False)
        merge = self.as_user(pair, self.leader).merge_opportunity
        self.assertRefused(lambda: merge(team_id=team.id))
        pair.email_from = "somebody@example.com"
        self.assertEqual(merge(team_id=team.id).stage_id, theirs)

    def test_copying_a_lead(self):
        self.subject.stage_id = self.call
        copy = self.as_user(self.subject)
        self.assertRefused(lambda: copy.copy({"stage_id": self.call.id}))

    def test_an_archived_lead_is_no_way_round(self):
        self.subject.action_archive()
        self.assertRefused(lambda: self.move(self.subject))

    def test_the_server_itself_passes(self):
        self.as_user(self.subject).sudo().stage_id = self.call
        self.assertEqual(self.subject.stage_id, self.call)

    def test_no_context_key_weakens_a_condition(self):
        self.criterion(self.call, "domain", domain="[('date_deadline', '<', 'today')]")
        keys = {
            "sudo": True,
            "su": True,
            "install_mode": True,
            "import_file": True,
            "tracking_disable": True,
            "mail_notrack": True,
            "active_test": False,
            "bin_size": True,
            "tz": "Pacific/Kiritimati",
            "crm_lifecycle.stage_override": "please",
            "stage_override": "please",
            "default_phone": "1",
            "default_stage_id": self.call.id,
        }
        lead = self.as_user(self.subject)
        for key, value in keys.items():
            with self.subTest(key=key):
                asked = lead.with_context(**{key: value})
                refusal = self.assertRefused(lambda a=asked: a.write({"stage_id": self.call.id}))
                self.assertEqual(len(self.sentences(refusal)), 2)

    # ------------------------------------------------------------------ mail
    def mail(self, stage, **values):
        message = {"subject": "A door, please", "from": "somebody@example.com", "body": "Hello"}
        values = {"team_id": self.team.id, "stage_id": stage.id, **values}
        return self.leads.sudo().message_new(message, values)

    def test_a_mail_is_never_lost(self):
        lead = self.mail(self.call)
        self.assertEqual(lead.stage_id, self.first)
        self.assertTrue(any("fields of Call" in one.body for one in lead.message_ids))

    def test_a_mail_that_meets_the_conditions_goes_where_the_alias_says(self):
        self.assertEqual(self.mail(self.call, phone="1").stage_id, self.call)

    def test_a_mail_through_the_gateway(self):
        self.env["mail.alias.domain"].create({"name": "doors.example.com"})
        self.team.alias_name = "wanted"
        self.team.alias_id.alias_defaults = repr(
            {"team_id": self.team.id, "stage_id": self.call.id, "type": "opportunity"}
        )
        domain = self.team.alias_id.alias_domain_id.name
        if not domain:
            self.team.alias_id.alias_domain_id = self.env["mail.alias.domain"].search([], limit=1)
            domain = self.team.alias_id.alias_domain_id.name
        mail = (
            f"From: somebody@example.com\nTo: wanted@{domain}\nSubject: A window\n"
            "Message-Id: <criterion-doors@example.com>\nContent-Type: text/plain\n\nHello"
        )
        lead_id = self.env["mail.thread"].message_process(False, mail)
        lead = self.env["crm.lead"].browse(lead_id)
        self.assertEqual((lead.name, lead.stage_id), ("A window", self.first))
