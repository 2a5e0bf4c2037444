"""How what a page costs grows. `python -m tests.bench.growth` measures it."""
