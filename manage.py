#!/usr/bin/env python3
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from portfolio.env import Unusable

    try:
        execute_from_command_line(sys.argv)
    except Unusable as sentence:
        sys.exit(str(sentence))
    except OperationalError as reason:  # away, locked, or on a disk without room: no fault of the command
        if "--traceback" in sys.argv:
            raise
        from portfolio.commands import no_database

        sys.exit(no_database(reason))


if __name__ == "__main__":
    main()
