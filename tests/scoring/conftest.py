"""Properties are looked for without a deadline: CI and developers share slow machines."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None, database=None)
settings.register_profile("long", deadline=None, database=None, max_examples=3000)
settings.load_profile("long")
