"""Traffic through the interfaces, and our own sight of it."""

from analytics.activity.jobs import job_progress, job_runs
from analytics.activity.questions import interfaces, sight, traffic
from analytics.activity.rolling import roll
from analytics.activity.rows import Sight

__all__ = ["Sight", "interfaces", "job_progress", "job_runs", "roll", "sight", "traffic"]
