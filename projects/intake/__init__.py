"""Reads what comes in – workbooks and fixture files – into plain rows; writes nothing."""
