"""Conditions become incidents, incidents owe messages, messages are delivered: decided first, recorded, then sent."""
