"""A person at a browser, in front of a running Odoo."""

from __future__ import annotations

import contextlib
import shutil

from playwright.sync_api import expect, sync_playwright

from tools import paths, ports, serve, shell

CHROMIUM = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
QUIET_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 90_000
expect.set_options(timeout=30_000)


@contextlib.contextmanager
def serving(odoo, database):
    """A server on the database, jobs included; yields its address."""
    port, log = ports.free(), paths.log_file(f"e2e-serve-{database}.log")
    log.unlink(missing_ok=True)
    options = [
        *("-d", database, f"--db-filter=^{database}$", "--no-database-list"),
        *(f"--http-port={port}", "--http-interface=127.0.0.1", "--max-cron-threads=1"),
    ]
    process = shell.start(odoo.command(*options), log, odoo.env())
    with shell.ended_with_us(process):
        serve.await_answer(process, port, log)
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def chromium():
    """A headless Chromium of the system."""
    program = next(filter(None, map(shutil.which, CHROMIUM)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(QUIET_FLAGS))
        yield browser
        browser.close()


class Person:
    """Somebody logged in, with the words people use for what they do."""

    def __init__(self, browser, address, login, password=None, size=(1440, 900)):
        self.login, self.address = login, address
        width, height = size
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True
        )
        # The first one in a language waits for its style sheets to be made.
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(dialog.message))
        self.page.goto(f"{address}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password or login)
        self.page.click(".oe_login_form button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar")

    def open(self, path):
        """Go to a screen by its path, and wait until it is there."""
        self.page.goto(f"{self.address}/odoo/{path}")
        self.page.wait_for_selector(".o_action_manager .o_view_controller, .o_form_view")
        self.settle()

    def settle(self):
        """Wait until nothing is loading. (The network is never idle: live messages.)"""
        self.page.wait_for_timeout(300)
        self.page.wait_for_function(
            "!document.querySelector('.o_loading_indicator, .o_blockUI, .o_view_sample_data')"
        )
        self.page.wait_for_timeout(200)
        expect(self.page.locator(".o_error_dialog")).to_have_count(0)

    def names(self):
        """The first text of each row of the list on the screen."""
        self.page.wait_for_selector(".o_data_row")
        return self.page.locator(".o_data_row td[name=partner_id]").all_inner_texts()

    def search(self, text):
        """Type into the search box and take the first proposal."""
        self.page.fill(".o_searchview_input", text)
        self.page.keyboard.press("Enter")
        self.settle()

    def look(self, name):
        """Keep a picture of the screen."""
        self.page.screenshot(path=paths.state_dir("logs", "screens") / f"{name}.png")

    def call(self, model, method, *args, **kwargs):
        """What the web client sends, with this person's session."""
        return self.page.evaluate(
            """async ([model, method, args, kwargs]) => {
                const response = await fetch(`/web/dataset/call_kw/${model}/${method}`, {
                    method: "POST",
                    headers: {"Content-Type": "application/json"},
                    body: JSON.stringify({jsonrpc: "2.0", params: {model, method, args, kwargs}}),
                });
                const answer = await response.json();
                if (answer.error) throw new Error(answer.error.data.message);
                return answer.result;
            }""",
            [model, method, list(args), kwargs],
        )
