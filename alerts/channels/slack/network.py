"""What Slack's client raises, as outcomes."""

from __future__ import annotations

import socket
import ssl
from urllib.error import HTTPError, URLError

from slack_sdk.errors import SlackApiError

from alerts.channels.channel import Delivery, Outcome
from alerts.channels.network import refusal, retry_after

# https://docs.slack.dev/reference/methods/chat.postMessage#errors: what passes by itself. Everything else needs somebody.
_PASSING = {
    "ratelimited",
    "rate_limited",
    "message_limit_exceeded",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}
_DOUBTFUL = {"internal_error", "fatal_error", "request_timeout"}


def unreachable(error: Exception) -> Delivery | None:
    """retry where the connection was never made, unknown where the answer stayed away; None for an exception of another kind."""
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(error, HTTPError):
        return refusal("Slack", error.code, dict(error.headers.items()))
    if isinstance(reason, ConnectionRefusedError | socket.gaierror | ssl.SSLCertVerificationError) or (
        isinstance(error, URLError) and isinstance(reason, OSError) and not isinstance(reason, TimeoutError)
    ):
        return Delivery(Outcome.RETRY, f"Slack cannot be reached ({type(reason).__name__})")
    if isinstance(error, OSError):
        return Delivery(Outcome.UNKNOWN, f"Slack did not answer ({type(reason).__name__})")
    return None


def refused(error: SlackApiError) -> Delivery:
    """What an answer with `ok: false`, or with another status than 200, means."""
    answer = error.response
    status, code = getattr(answer, "status_code", 200), str(answer.get("error", "")) if answer else ""
    headers = dict(getattr(answer, "headers", {}) or {})
    if status == 429 or code in ("ratelimited", "rate_limited"):
        return Delivery(Outcome.RETRY, "Slack asks to slow down (429)", retry_after(headers) or 30.0)
    if status >= 500:
        return refusal("Slack", status, headers)
    if code in _DOUBTFUL:
        return Delivery(Outcome.UNKNOWN, f"Slack answered {code}")
    return Delivery(Outcome.RETRY if code in _PASSING else Outcome.REFUSED, f"Slack answered {code or status}")
