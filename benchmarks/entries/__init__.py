"""What is measured: one short program per contestant, run as ``python -m benchmarks.entries.<name> JOB``."""
