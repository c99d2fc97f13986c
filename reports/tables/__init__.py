"""Declared tables: what a screen of alerts, mail and archive shows of each row."""
