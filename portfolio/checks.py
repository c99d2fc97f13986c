"""System checks of the installation: each names what is wrong and what to do, found by `manage.py check`."""
