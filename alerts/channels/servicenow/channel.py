"""Delivery as a ServiceNow incident: created once, then updated, then resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.channels.channel import Channel, Delivery, Outcome, Reader, Terms, attempted, terms_of
from alerts.channels.network import Network
from alerts.channels.servicenow.message import correlation, created, resolved, tag, updated
from alerts.channels.servicenow.table import Tables, tables
from alerts.notification import Notification
from domain.channels import ServiceNowChannel as Configured

_TABLE = "incident"


@dataclass(frozen=True, slots=True)
class Form:
    """How incidents are filled in. items: interface → CI."""

    caller: str
    group: str
    items: Mapping[str, str]
    close_code: str


class ServiceNowChannel:
    """The incident is looked for by correlation_id before one is created, a note by its tag before it is repeated: nothing is doubled."""

    def __init__(self, channel_id: str, instance: Tables, form: Form, terms: Terms) -> None:
        self.id = channel_id
        self.terms = terms
        self._tables, self._form = instance, form

    def __repr__(self) -> str:
        return f"ServiceNowChannel({self.id!r})"

    def send(self, notification: Notification) -> Delivery:
        try:
            return self._send(notification)
        except Exception as error:
            return attempted(error, "ServiceNow")

    def _send(self, notification: Notification) -> Delivery:
        sys_id = notification.reference or self._found(notification)
        if not sys_id:
            if notification.resolved:
                return Delivery(Outcome.SENT, "there is no incident to resolve: it never reached ServiceNow")
            form = self._form
            item = form.items.get(notification.label("interface"), "")
            return Delivery(
                Outcome.SENT, reference=self._tables.create(_TABLE, created(notification, form.caller, form.group, item))
            )
        if notification.again and self._noted(sys_id, notification):
            return Delivery(Outcome.SENT, "found among the incident's notes", reference=sys_id)
        news = resolved(notification, self._form.close_code) if notification.resolved else updated(notification)
        self._tables.update(_TABLE, sys_id, news)
        return Delivery(Outcome.SENT, reference=sys_id)

    def _found(self, notification: Notification) -> str:
        rows = self._tables.find(_TABLE, f"correlation_id={correlation(notification)}^ORDERBYsys_created_on", "sys_id")
        return str(rows[0]["sys_id"]) if rows else ""

    def _noted(self, sys_id: str, notification: Notification) -> bool:
        query = f"element_id={sys_id}^element=work_notes^valueLIKE{tag(notification)}"
        return bool(self._tables.find("sys_journal_field", query, "sys_id"))


def build(configured: Configured, read: Reader, network: Network) -> Channel:
    """The channel as configured; ChannelSettingsMissing when a secret it names is not set."""
    form = Form(configured.caller, configured.assignment_group, configured.configuration_items, configured.close_code)
    terms = terms_of(configured, 120, burst=20, rank=3)
    return ServiceNowChannel(configured.id, tables(configured, read, network), form, terms)
