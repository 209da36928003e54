"""A notification as mail: text and HTML, threaded by incident, with a small picture of its course."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts.channels.email.sparkline import png
from alerts.channels.text import fitted, word
from alerts.notification import Notification

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Word and shape with every colour: nothing is told by colour alone.
_STATES = {"critical": ("✕", "#A33608"), "warning": ("!", "#8A5700"), "info": ("i", "#0B5CAD"), "resolved": ("✓", "#006B4B")}
_SUBJECT = 180


def message(notification: Notification, sender: str, *, sparkline: bool = True) -> EmailMessage:
    """The mail of a notification. Sent again it carries the same Message-ID; every mail of an incident refers to one thread."""
    mail = _addressed(sender, notification.recipients, f"[{word(notification)}] {notification.headline}")
    domain = parseaddr(sender)[1].rpartition("@")[2] or "supplyscope"
    _headers(mail, notification, domain)
    mail.set_content(_text(notification))
    mark, colour = _STATES.get(word(notification), _STATES["info"])
    picture = f"course.{notification.notification_id}@{domain}" if sparkline and notification.series else ""
    page = _ENVIRONMENT.get_template("alert.html.jinja")
    html = page.render(notification=notification, word=word(notification), mark=mark, colour=colour, picture=picture)
    mail.add_alternative(html, subtype="html")
    if picture:
        _inline(mail, png(notification.series), picture)
    return mail


def page(sender: str, to: Sequence[str], subject: str, html: str, text: str) -> EmailMessage:
    """A finished page as mail."""
    mail = _addressed(sender, to, subject)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    mail.add_alternative(html, subtype="html")
    return mail


def _headers(mail: EmailMessage, notification: Notification, domain: str) -> None:
    """The thread's root is an id no mail carries: programs group by it, and no mail has to be the first to arrive."""
    mail["Date"] = format_datetime(notification.decided)
    mail["Message-ID"] = f"<{notification.notification_id}@{domain}>"
    mail["In-Reply-To"] = f"<{notification.incident_id}@{domain}>"
    mail["References"] = f"<{notification.incident_id}@{domain}>"
    mail["List-Id"] = f"Supplyscope alerts <alerts.{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if notification.severity == "critical" and not notification.resolved:
        mail["X-Priority"] = "1"
    if notification.again:
        mail["X-Supplyscope-Possible-Repeat"] = "true"


def _inline(mail: EmailMessage, picture: bytes, identity: str) -> None:
    html = mail.get_body(("html",))
    if not isinstance(html, EmailMessage):
        raise TypeError("the mail has no HTML part to put a picture into")
    html.add_related(picture, "image", "png", cid=f"<{identity}>", disposition="inline", filename="course.png")


def _addressed(sender: str, to: Sequence[str], subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    mail["Subject"] = fitted(" ".join(subject.split()), _SUBJECT, len)
    return mail


def _text(notification: Notification) -> str:
    lines = [notification.headline, ""]
    lines += [f"{label}: {text}" for label, text in notification.facts]
    lines += ["", *(f"{label}: {url}" for label, url in notification.links)]
    lines += ["", f"{notification.organisation}, incident {notification.incident_id}, {notification.kind}"]
    if notification.again:
        lines.append("This may be a repeat: the first attempt's outcome is not known.")
    return "\n".join(lines) + "\n"
