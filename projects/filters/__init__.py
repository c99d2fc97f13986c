"""Filter bars of the domain's lists."""
