"""What a well-typed destination of the audit log can still get wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from domain.audit import AuditExport
from domain.source import Place, Source


def check_audit(source: Source, place: Place, entry: AuditExport) -> None:
    """An absolute path, settings of TLS only with TLS, a certificate with its key, a timeout."""
    if entry.file is not None and not Path(entry.file).is_absolute():
        source.problem((*place, "file"), "is not an absolute path", "Write for example /var/log/supplyscope/audit.jsonl")
    syslog = entry.syslog
    if syslog is None:
        return
    where = (*place, "syslog")
    for name in ("ca_file", "certificate", "key"):
        if getattr(syslog, name) is not None and syslog.transport != "tls":
            source.problem((*where, name), "is for TLS only", "Write transport: tls, or leave it out")
    if (syslog.certificate is None) != (syslog.key is None):
        source.problem(where, "has a certificate or a key, not both", "Name both files, or neither")
    if syslog.timeout <= timedelta(0):
        source.problem((*where, "timeout"), "leaves no time", "Write for example 10s")
