"""The Table API: https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html"""

from __future__ import annotations

from typing import Any

from alerts.channels.channel import Delivery, Failed, Outcome, Reader
from alerts.channels.network import Http, Network
from domain.channels import ServiceNowChannel as Configured


class Tables:
    """Rows of tables of one instance. Every error is raised as Failed."""

    def __init__(self, url: str, sign_in: dict[str, Any], network: Network) -> None:
        self._base = f"{url.rstrip('/')}/api/now/table"
        self._options = {**sign_in, "headers": {"Accept": "application/json", **sign_in.get("headers", {})}}
        self._http = Http("ServiceNow", network)

    def find(self, table: str, query: str, fields: str, limit: int = 1) -> list[dict[str, Any]]:
        """Rows of an encoded query, with plain values (not display values): times are UTC."""
        asked = {
            "sysparm_query": query,
            "sysparm_fields": fields,
            "sysparm_limit": str(limit),
            "sysparm_exclude_reference_link": "true",
        }
        rows = self._result(self._http.json("GET", f"{self._base}/{table}", params=asked, **self._options))
        return rows if isinstance(rows, list) else []

    def create(self, table: str, fields: dict[str, Any]) -> str:
        """The new row's sys_id."""
        return str(self._result(self._http.json("POST", f"{self._base}/{table}", fields, **self._options)).get("sys_id", ""))

    def update(self, table: str, sys_id: str, fields: dict[str, Any]) -> None:
        self._http.json("PATCH", f"{self._base}/{table}/{sys_id}", fields, **self._options)

    def _result(self, answer: Any) -> Any:
        """A hibernating instance answers 200 with a page instead of JSON."""
        try:
            return answer.json()["result"]
        except (ValueError, KeyError, TypeError):
            raise Failed(
                Delivery(Outcome.RETRY, "ServiceNow answered something else than rows; is the instance awake?")
            ) from None


def tables(configured: Configured, read: Reader, network: Network) -> Tables:
    """Signed in with a token, else with user name and password."""
    if configured.token is not None:
        sign_in: dict[str, Any] = {"headers": {"Authorization": f"Bearer {read(configured.token)}"}}
    else:
        sign_in = {"auth": (read(configured.username), read(configured.password))}
    return Tables(configured.url, sign_in, network)
