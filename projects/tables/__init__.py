"""Tables of the domain's lists: what they show, never what they read."""
