"""Run as a process of its own: one message through Apprise. Standard input: JSON with url, title, body, type. Says how it went.

Apprise reads proxies and authorities from the environment only, and its plugins wait as long as they like: a process can be given
an environment, and an end. Its address never appears among arguments.
"""

from __future__ import annotations

import json
import logging
import sys

ACCEPTED, NOT_ACCEPTED, NO_ADDRESS = 0, 3, 4


def run() -> int:
    """0 accepted, 3 not accepted (Apprise does not tell why), 4 where the address is none that Apprise knows."""
    import apprise

    logging.disable(logging.CRITICAL)  # what it logs may name the address
    asked = json.load(sys.stdin)
    service = apprise.Apprise()
    if not service.add(asked["url"]):
        return NO_ADDRESS
    taken = service.notify(
        body=asked["body"], title=asked["title"], notify_type=apprise.NotifyType(asked["type"]), body_format=apprise.NotifyFormat.TEXT,
        interpret_escapes=False,
    )  # fmt: skip
    return ACCEPTED if taken else NOT_ACCEPTED


if __name__ == "__main__":
    sys.exit(run())
