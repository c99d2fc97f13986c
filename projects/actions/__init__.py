"""The only writers of facts: keyword-only, by a person, in one transaction, with the change log inside it."""
