"""Benchmarks: each measures the product against a yardstick in the same run, on data that it makes itself."""
