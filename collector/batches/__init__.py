"""Batch runs and the records they refused, as the job or its wrapper reports them."""
