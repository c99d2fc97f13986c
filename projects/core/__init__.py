"""The domain in plain Python: what the words of the trade mean. No Django, no files, no clock."""
