"""Telemetry in: bodies are checked, committed to the store together, and only then acknowledged."""
