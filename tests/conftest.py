"""What all tests share: how many examples hypothesis tries."""

from hypothesis import settings

# Always the same few examples, so that a red run is red again; `--hypothesis-profile=slow` looks for others.
settings.register_profile("ci", max_examples=60, derandomize=True, deadline=None)
settings.register_profile("slow", max_examples=2000, deadline=None)
settings.load_profile("ci")
