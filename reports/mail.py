"""A report as mail: text and page with pictures in it, files attached."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import cast

from reports.document import Report
from reports.formats import files, shown
from reports.formats.page import mail_page
from reports.formats.view import view
from reports.record import Mailing

_SUBJECT = 180
_TYPES = {"pdf": ("application", "pdf"), "json": ("application", "json")}
_TYPES["xlsx"] = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def compose(report: Report, mailing: Mailing, sender: str) -> EmailMessage:
    """The mail of an edition. Sent again it carries the same Message-ID and says that it may be a repeat; a week is one thread."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "supplyscope"
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, ", ".join(mailing.addresses)
    edition = f" (edition {report.edition})" if report.edition > 1 else ""
    mail["Subject"] = " ".join(f"SLA report {report.week}{edition}: {report.headline}".split())[:_SUBJECT]
    mail["Date"] = format_datetime(mailing.decided)
    mail["Message-ID"] = f"<{mailing.delivery_id}@{domain}>"
    thread = "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in f"{report.week}-{report.audience}")
    mail["References"] = f"<report-{thread}@{domain}>"
    mail["List-Id"] = f"Supplyscope reports <reports.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_text(report, mailing))
    _page(mail, report, f"{mailing.delivery_id}@{domain}")
    for form in mailing.attach:
        main, sub = _TYPES[form]
        mail.add_attachment(files.render(report, form), maintype=main, subtype=sub, filename=files.file_name(report, form))
    return mail


def _page(mail: EmailMessage, report: Report, domain: str) -> None:
    page, pictures = mail_page(report, lambda name: f"{name}.{domain}")
    mail.add_alternative(page, subtype="html")
    body = cast(EmailMessage, mail.get_payload()[1])  # type: ignore[index]
    for name, picture in pictures.items():
        body.add_related(picture, "image", "png", cid=f"<{name}.{domain}>", filename=f"{name}.png", disposition="inline")


def _text(report: Report, mailing: Mailing) -> str:
    """For readers without HTML: the finding, the totals, what changed and what is due."""
    told = view(report)
    lines = [report.headline, ""]
    lines += [
        f"{figure.label}: {shown.figure(figure.value, figure, report.zone)} (last week {shown.figure(figure.last_week, figure, report.zone)})"
        for figure in report.figures
    ]
    if report.changes:
        lines += ["", f"Changed since {report.replaces}:"]
        lines += [
            f"  {c.label}: {shown.change(c.old, c, report.zone)} → {shown.change(c.new, c, report.zone)}. {c.cause}"
            for c in report.changes
        ]
    lines += ["", *(section["title"] for section in told["sections"]), ""]
    lines += [f"{label}: {text}" for label, text in told["facts"]]
    lines += ["", f"Preview and downloads: {told['pages']}"]
    if mailing.outcome_unknown:
        lines.append("This may be a repeat: the outcome of the first attempt is not known.")
    return "\n".join(lines) + "\n"
