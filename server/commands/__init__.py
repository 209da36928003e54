"""One file per sub-command. All but serve, demo, check and bench talk to a running server."""
