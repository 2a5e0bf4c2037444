"""Edge in front of sites that people really run."""
