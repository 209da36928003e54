"""TLS on the ports, with and without client certificates."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server.connections import bounded
from server.tls import Tls, of
from tests.support.processes import ROOT


def certify(folder: Path, name: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None) -> Tls:
    """A certificate for 127.0.0.1, self-signed or by `issuer`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    certificate = builder.sign(issuer[1] if issuer else key, hashes.SHA256())
    files = Tls(folder / f"{name}.pem", folder / f"{name}.key")
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def test_half_a_pair_is_refused() -> None:
    assert of({}, "S_") is None
    with pytest.raises(ValueError, match="S_TLS_KEY is not set"):
        of({"S_TLS_CERT": "a"}, "S_")


def test_files_are_checked_before_anything_starts(tmp_path: Path) -> None:
    one, other = certify(tmp_path, "one"), certify(tmp_path, "other")
    assert one.problems() == []
    assert "cannot be used" in Tls(one.certificate, other.key).problems()[0]
    assert "cannot be used" in Tls(tmp_path / "none.pem", one.key).problems()[0]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Tls, Tls]]:
    """A port that asks for client certificates of one authority; yields its URL, its files and the authority's."""

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    server_files, authority = certify(tmp_path, "server"), certify(tmp_path, "authority")
    options = Tls(server_files.certificate, server_files.key, authority.certificate).uvicorn_options()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", http=bounded(5), **options))  # type: ignore[arg-type]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"https://127.0.0.1:{listener.getsockname()[1]}", server_files, authority
    server.should_exit = True
    thread.join()
    listener.close()


def test_a_sender_without_the_authoritys_certificate_is_turned_away(served: tuple[str, Tls, Tls], tmp_path: Path) -> None:
    url, server_files, authority = served
    key = serialization.load_pem_private_key(authority.key.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    sender = certify(tmp_path, "sender", (x509.load_pem_x509_certificate(authority.certificate.read_bytes()), key))
    trusting = ssl.create_default_context(cafile=str(server_files.certificate))
    with pytest.raises(httpx.HTTPError):
        httpx.get(url, verify=trusting)
    trusting.load_cert_chain(sender.certificate, sender.key)
    assert httpx.get(url, verify=trusting).status_code == 204


def test_the_repository_has_no_private_key() -> None:
    found = [p for p in ROOT.rglob("*.key") if ".venv" not in p.parts and "node_modules" not in p.parts]
    assert found == []
