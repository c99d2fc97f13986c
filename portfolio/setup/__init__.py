"""Brings an installation up to date before it serves: translations, assets, database, data."""
