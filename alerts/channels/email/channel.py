"""Delivery through an SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage

from alerts.channels.channel import Channel, Delivery, Outcome, value_of
from alerts.channels.email.message import message, page
from alerts.notification import Notification
from domain.routing import EmailChannel as Configured
from domain.secrets import Secret

_TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail goes. `security`: none, starttls or tls. The password stays out of repr."""

    host: str
    port: int
    security: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)


class EmailChannel:
    """A refused recipient or sender is permanent, 4xx and an absent server are not. The Message-ID makes a repeat recognisable."""

    def __init__(self, channel_id: str, server: SmtpServer, sender: str) -> None:
        self.id = channel_id
        self._server = server
        self._sender = sender

    def __repr__(self) -> str:
        return f"EmailChannel({self.id!r}, {self._server!r})"

    def send(self, notification: Notification) -> Delivery:
        if not notification.recipients:
            return Delivery(Outcome.REFUSED, "nobody to write to: neither the owner nor the route's people have a mail address")
        return self._deliver(message(notification, self._sender))

    def send_page(self, to: Sequence[str], subject: str, html: str, text: str) -> Delivery:
        """Mail a finished HTML page, for example a report."""
        return self._deliver(page(self._sender, to, subject, html, text))

    def _deliver(self, mail: EmailMessage) -> Delivery:
        try:
            with self._connected() as smtp:
                refused = smtp.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = min(code for code, _ in error.recipients.values())
            return Delivery(_outcome(code), f"every recipient was refused ({code})")
        except smtplib.SMTPResponseException as error:
            reason = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else str(error.smtp_error)
            return Delivery(_outcome(error.smtp_code), f"the mail server answered {error.smtp_code}: {reason[:100]}")
        except (smtplib.SMTPException, OSError) as error:
            return Delivery(Outcome.RETRY, f"the mail server did not take it ({type(error).__name__})")
        return Delivery(Outcome.SENT, f"refused by the server: {', '.join(refused)}" if refused else "")

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
        if server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
        if server.username:
            smtp.login(server.username, server.password or "")
        return smtp


def _outcome(code: int) -> Outcome:
    return Outcome.RETRY if 400 <= code < 500 else Outcome.REFUSED


def build(configured: Configured, environment: Mapping[str, str]) -> Channel:
    """The channel as configured; ChannelSettingsMissing when a variable or file it names is not there."""

    def read(value: Secret | str | int | None) -> str | None:
        return value_of(value, environment) if isinstance(value, Secret) else None if value is None else str(value)

    server = SmtpServer(
        host=read(configured.host) or "",
        port=int(read(configured.port) or 25),
        security=configured.security,
        username=read(configured.username),
        password=read(configured.password),
    )
    return EmailChannel(configured.id, server, configured.sender)
