"""Invented outlets served over loopback, for the demo, the tests and the benchmarks."""
