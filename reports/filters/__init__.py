"""Declared filter bars of the screens of alerts, mail and archive."""
