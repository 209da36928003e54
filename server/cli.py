"""The command line: one sub-command per file in server/commands/."""

from __future__ import annotations

import sys

import typer

from server.commands import (
    alerts,
    audit,
    bench,
    check,
    demo,
    desk,
    doctor,
    edi,
    failures,
    feeds,
    import_,
    incidents,
    key,
    masks,
    on_call,
    pricing,
    questions,
    reload,
    report,
    serve,
    slas,
    trace,
)
from server.commands.output import fail
from server.commands.remote import RemoteError
from server.settings import SettingsError
from store.errors import StoreError

app = typer.Typer(
    name="supplyscope",
    help="Observability and SLAs for healthcare procurement integrations.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("check")(check.check)
app.command("import")(import_.import_log)
app.command("trace")(trace.trace)
app.command("flows")(questions.flows)
app.command("failures")(failures.failures)
app.command("sla")(slas.sla)
app.command("queues")(questions.queues)
app.command("batches")(questions.batches)
app.command("completeness")(feeds.completeness)
app.command("dependencies")(feeds.dependencies)
app.command("pricing")(pricing.pricing)
app.command("edi")(edi.edi)
app.add_typer(alerts.app, name="alerts")
app.command("audit")(audit.audit)
app.add_typer(incidents.app, name="incidents")
app.add_typer(desk.app, name="desk")
app.add_typer(on_call.app, name="on-call")
app.add_typer(report.app, name="report")
app.add_typer(key.app, name="key")
app.command("masks")(masks.masks)
app.command("reload")(reload.reload)
app.command("bench")(bench.bench)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run; a foreseeable failure is one message on standard error and exit status 2."""
    try:
        app()
    except (SettingsError, RemoteError, StoreError) as error:
        fail(str(error))
        sys.exit(2)


if __name__ == "__main__":
    main()
