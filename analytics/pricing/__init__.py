"""What contracts should have cost and what was paid."""

from analytics.pricing.billing import (
    credit_lines,
    credits_due,
    exception_causes,
    invoice_exceptions,
    perfect_orders,
    realised_spend,
    touchless,
)
from analytics.pricing.periods import credits_by_period, overpaid_by_period
from analytics.pricing.questions import by, lines, not_comparable, not_comparable_reasons, total, trend

__all__ = [
    "by",
    "credit_lines",
    "credits_by_period",
    "credits_due",
    "exception_causes",
    "invoice_exceptions",
    "lines",
    "not_comparable",
    "not_comparable_reasons",
    "overpaid_by_period",
    "perfect_orders",
    "realised_spend",
    "total",
    "touchless",
    "trend",
]
