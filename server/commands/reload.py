"""supplyscope reload: a running server reads its configuration folder again."""

from __future__ import annotations

from server.commands.options import DEFAULT_SERVER, Json, Server
from server.commands.output import console, print_json
from server.commands.remote import post


def reload(server: Server = DEFAULT_SERVER, json: Json = False) -> None:
    """Let a running server read its configuration folder again, without a restart and without stopping intake.

    A broken configuration is refused with every mistake in it, and the old one stays in force. With several processes,
    reload each: the one with the scheduler role first.
    """
    answer = post(server, "configuration/reload", {})
    if json:
        return print_json(answer)
    state = "in force" if answer["changed"] else "unchanged"
    console.print(f"Configuration {answer['configuration']} is {state}; its rules are {answer['rules']}", highlight=False)
    if answer["generation"] != answer["active"]:
        console.print(
            f"Generation {answer['generation']} of the rules is being built; until it is, answers are those of {answer['active']}",
            highlight=False,
        )
    return None
