"""Screens of the domain, one a file: view → form → action → redirect. No rule lives here."""
