"""Helpers of the tests: a small network, telemetry writers, servers on loopback."""
