"""What contracts should have cost and what was paid."""

from analytics.pricing.questions import by, invoice_exceptions, lines, total, trend

__all__ = ["by", "invoice_exceptions", "lines", "total", "trend"]
