"""`python3 tools COMMAND ...`: the entry of every script in bin/."""

import os
import sys

if sys.version_info < (3, 10):  # noqa: UP036 - that is what is being asked
    sys.exit("Python 3.10 or newer is needed; this one is " + sys.version.split()[0] + ".")

# Running a folder puts that folder on the path; what we import is the package in it.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from tools.commands import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
