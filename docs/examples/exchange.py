#!/usr/bin/env python3
r"""Tell Odoo of a telephone call: an example client, with nothing but Python's standard library.

As a program, for an exchange that can run one (see docs/telephone.md):

    ODOO_URL=https://crm.example.com ODOO_KEY=... \
        ./exchange.py 03-555-1234 in 1767225600.17 --minutes 4.5 --user dana

As a module:

    exchange = Exchange("https://crm.example.com", key)
    exchange.ring("03-555-1234", "1767225600.17")
    exchange.hang_up("03-555-1234", "1767225600.17", minutes=4.5, user="dana")
"""

from __future__ import annotations

import argparse
import json
import os
import time
import urllib.error
import urllib.request

TRIES = 5
TIMEOUT = 30
# Of an answer with one of these, nothing is certain: the same call is told again. Odoo logs a
# call with the same external_id once, so to repeat it does no harm.
AGAIN = {408, 429, 500, 502, 503, 504}


class RefusedError(Exception):
    """Odoo does not take the call, and never will: a wrong argument, key or right."""


class Exchange:
    """The calls of one exchange, in the company of the user whose key it is."""

    def __init__(self, url, key, database=None, pause=1.0):
        """Be ready to tell.

        :param str url: of Odoo, such as https://crm.example.com
        :param str key: an API key of the exchange's own user
        :param str database: needed where the server has several
        :param float pause: seconds before the second try; doubled before each further one
        """
        self.url = url.rstrip("/") + "/json/2/crm.interaction/log_call"
        self.pause = pause
        self.headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "User-Agent": "exchange.py",
        }
        if database:
            self.headers["X-Odoo-Database"] = database

    def ring(self, number, external_id, direction="in", **facts):
        """Tell that a call begins. Returns Odoo's answer."""
        return self.log_call(number, external_id, direction=direction, **facts)

    def hang_up(self, number, external_id, minutes, direction="in", **facts):
        """Tell that a call has ended: the duration, and a recording if there is one."""
        return self.log_call(number, external_id, direction=direction, minutes=minutes, **facts)

    def log_call(self, number, external_id, **facts):
        """Tell of a call until Odoo has it.

        :return: dict of external_id, known, partner_id and interaction_id
        :raises RefusedError: when to tell again is of no use
        :raises OSError: when Odoo could not be reached, after five tries
        """
        body = {"number": number, "external_id": external_id, **facts}
        for attempt in range(TRIES):
            try:
                return self._post(body)
            except urllib.error.HTTPError as error:
                if error.code not in AGAIN:
                    raise RefusedError(f"{error.code}: {_message(error)}") from error
                if attempt == TRIES - 1:
                    raise
            except OSError:
                if attempt == TRIES - 1:
                    raise
            time.sleep(self.pause * 2**attempt)
        return None

    def _post(self, body):
        request = urllib.request.Request(  # noqa: S310 - the address is the administrator's
            self.url, json.dumps(body).encode(), self.headers, method="POST"
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310
            return json.load(response)


def _message(error):
    """The sentence of a refusal."""
    try:
        return json.load(error)["message"]
    except (ValueError, KeyError, TypeError):
        return error.reason


def main():
    """Tell of one call from the command line. Address and key come from the environment."""
    parser = argparse.ArgumentParser(description="Tell Odoo of a telephone call.")
    parser.add_argument("number")
    parser.add_argument("direction", choices=["in", "out"])
    parser.add_argument("external_id", help="the exchange's own reference of the call")
    parser.add_argument("--started-at", help="ISO 8601; now by default")
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--user", help="login of who talked")
    parser.add_argument("--recording-url")
    facts = vars(parser.parse_args())
    exchange = Exchange(
        os.environ["ODOO_URL"], os.environ["ODOO_KEY"], os.environ.get("ODOO_DATABASE")
    )
    answer = exchange.log_call(**{name: fact for name, fact in facts.items() if fact is not None})
    print(json.dumps(answer))  # noqa: T201 - it is a program


if __name__ == "__main__":
    main()
