"""A brochure site that knows nothing of Edge, and the few lines that put Edge in front of it."""
