"""What all tests share: how many examples hypothesis tries, and what is no test."""

from hypothesis import settings

# Always the same few examples, so that a red run is red again; `--hypothesis-profile=slow` looks for others.
settings.register_profile("ci", max_examples=60, derandomize=True, deadline=None)
settings.register_profile("slow", max_examples=2000, deadline=None)
settings.load_profile("ci")

collect_ignore = ["fuzz/led.py"]  # it needs atheris, and changes whatever it imports
