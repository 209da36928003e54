"""X12 interchanges in: envelope, transaction sets, acknowledgements; tolerant of what partners really send."""
