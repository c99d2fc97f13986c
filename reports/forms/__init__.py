"""Forms of the screens of alerts, mail and archive."""
