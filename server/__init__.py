"""Composition root: the command line, the app factory, the job table and the routes."""
