#!/usr/bin/env python3
"""Django's command line for this project."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
    from django.core.management import execute_from_command_line

    from portfolio.env import Unusable

    try:
        execute_from_command_line(sys.argv)
    except Unusable as sentence:
        sys.exit(str(sentence))


if __name__ == "__main__":
    main()
