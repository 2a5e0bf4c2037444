"""The shop in Django. A process has one set of Django's settings, so it has one shop, and runs by itself."""
