"""What came after an edition was made."""

from __future__ import annotations

from analytics.lateness import LateEvidence, late
from reports.audiences import Audience
from reports.document import Report
from reports.sections.asking import Answers
from reports.weeks import IsoWeek


def late_since(answers: Answers, audience: Audience, week: IsoWeek, edition: Report) -> tuple[LateEvidence, ...]:
    """Evidence of the week received after the edition's watermark, as its readers may see it."""
    context = answers.narrowed(audience.facility or None).context
    return late(context, week.interval(context.configuration.organisation.time_zone), edition.watermark)
