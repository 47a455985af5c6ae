from odoo import models

# Said by our jobs on the records they work on; nobody else's e-mails ask for it.
BY_JOB = "lifecycle_by_job"


class MailMail(models.Model):
    """What a job tells by e-mail goes into the queue, with the mark that it was told.

    Odoo sends notifications itself, right after the commit: a job that is killed there, or whose
    step was undone, would leave them to the hour or stumble over them. In the queue they are
    part of the transaction, and the queue is woken with it.
    """

    _inherit = "mail.mail"

    def send_after_commit(self):
        if not self.env.context.get(BY_JOB):
            return super().send_after_commit()
        return self._wake_queue()

    def _wake_queue(self):
        """Have the queue of outgoing e-mails start once this transaction is committed."""
        job = self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
        if job:
            job.sudo()._trigger()
