"""Edge: a page made for its visitor."""
