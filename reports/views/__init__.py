"""Screens of what goes out, one a file: view → form → action → redirect. No rule lives here."""
