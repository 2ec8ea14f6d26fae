#!/usr/bin/env python
"""Django's command line."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "podviz.settings")
    from django.core.management import execute_from_command_line

    from podviz.garbage import look_less_often

    look_less_often()
    execute_from_command_line(sys.argv)
