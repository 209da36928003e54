"""What is wrong now: a module per kind of condition, each asked at its own pace."""

from alerts.conditions.asking import Conditions
from alerts.conditions.condition import Condition, labels_of

__all__ = ["Condition", "Conditions", "labels_of"]
