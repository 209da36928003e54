"""HTTP routes: health, metrics, questions, reports."""
