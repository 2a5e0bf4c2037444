"""Edge in front of real hosts: a bare ASGI app on uvicorn, and frameworks whose pages somebody else writes."""
