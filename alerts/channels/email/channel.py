"""Delivery through an SMTP server."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from email.message import EmailMessage

from alerts.channels.channel import Channel, Delivery, Outcome, Reader, Terms, terms_of
from alerts.channels.email.message import message, page
from alerts.channels.email.server import SmtpServer
from alerts.channels.network import Network
from alerts.notification import Notification
from domain.channels import EmailChannel as Configured


class EmailChannel:
    """A refused recipient or sender is permanent, 4xx and an absent server are not. The Message-ID makes a repeat recognisable."""

    def __init__(self, channel_id: str, server: SmtpServer, sender: str, terms: Terms, sparkline: bool = True) -> None:
        self.id = channel_id
        self.terms = terms
        self._server = server
        self._sender = sender
        self._sparkline = sparkline

    def __repr__(self) -> str:
        return f"EmailChannel({self.id!r}, {self._server!r})"

    def send(self, notification: Notification) -> Delivery:
        if not notification.recipients:
            return Delivery(Outcome.REFUSED, "nobody to write to: neither the owner nor the route's people have a mail address")
        try:
            mail = message(notification, self._sender, sparkline=self._sparkline)
        except Exception as error:
            return Delivery(Outcome.REFUSED, f"the mail could not be written ({type(error).__name__})")
        return self.deliver(mail)

    def send_page(self, to: Sequence[str], subject: str, html: str, text: str) -> Delivery:
        """Mail a finished HTML page, for example a report."""
        return self.deliver(page(self._sender, to, subject, html, text))

    @property
    def sender(self) -> str:
        """The address mails come from, for those who write their own."""
        return self._sender

    def deliver(self, mail: EmailMessage) -> Delivery:
        """One attempt at a finished mail. unknown: the connection broke after the message, before the server's answer."""
        try:
            smtp = self._server.connected()
        except smtplib.SMTPResponseException as error:
            return _answered(error)
        except (smtplib.SMTPException, OSError) as error:
            return Delivery(Outcome.RETRY, f"the mail server cannot be reached ({type(error).__name__})")
        try:
            refused = smtp.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = min(code for code, _ in error.recipients.values())
            return Delivery(_outcome(code), f"every recipient was refused ({code})")
        except smtplib.SMTPResponseException as error:
            return _answered(error)
        except (smtplib.SMTPException, OSError) as error:
            return Delivery(Outcome.UNKNOWN, f"the mail server broke off ({type(error).__name__})")
        finally:
            _leave(smtp)
        return Delivery(
            Outcome.SENT, f"refused by the server: {', '.join(refused)}" if refused else "", reference=mail["Message-ID"] or ""
        )


def _leave(smtp: smtplib.SMTP) -> None:
    """The message is with the server or it is not: how the good-bye goes changes nothing."""
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        smtp.close()


def _answered(error: smtplib.SMTPResponseException) -> Delivery:
    reason = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else str(error.smtp_error)
    return Delivery(_outcome(error.smtp_code), f"the mail server answered {error.smtp_code}: {reason[:100]}")


def _outcome(code: int) -> Outcome:
    return Outcome.RETRY if 400 <= code < 500 else Outcome.REFUSED


def build(configured: Configured, read: Reader, network: Network) -> Channel:
    """The channel as configured; ChannelSettingsMissing when a variable or file it names is not there."""
    server = SmtpServer(
        host=read(configured.host),
        port=int(read(configured.port) or 25),
        security=configured.security,
        network=network,
        username=read(configured.username) or None,
        password=read(configured.password) or None,
    )
    terms = terms_of(configured, 120, burst=30, rank=4, per_person=True)
    return EmailChannel(configured.id, server, configured.sender, terms, configured.sparkline)
