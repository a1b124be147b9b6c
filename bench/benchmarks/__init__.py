"""The benchmarks: one file each, with run(options) -> a Result."""
