"""A telephone exchange's process: tells of calls with the documented client, and counts.

Standard input is JSON: the path of the client, address, key, and a list of steps, each a method of
the client and its arguments. Not a test by itself: ``test_exchange.py`` runs two at once.
"""

import importlib.util
import json
import sys


def main():
    task = json.load(sys.stdin)
    spec = importlib.util.spec_from_file_location("exchange", task["client"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    exchange = module.Exchange(task["address"], task["key"], pause=0.1)
    answers = [getattr(exchange, method)(**facts) for method, facts in task["steps"]]
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
