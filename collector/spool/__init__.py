"""Accepted work on disk until the store has it: bounded, encrypted, checksummed, in order (ADR 0017)."""
