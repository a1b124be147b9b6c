"""What the benchmarks share: programs under test, load, measures, reports."""
