"""Template tags of the domain: how money, rates and dates are written on a page."""
