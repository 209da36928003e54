"""Pings: a job says that it starts, ends, fails or has something to tell, with one curl."""
