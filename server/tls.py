"""TLS for the listening ports: from options or environment, checked before anything starts."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import grpc


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files. With `client_ca` a sender must show a certificate signed by it (mutual TLS)."""

    certificate: Path
    key: Path
    client_ca: Path | None = None

    def uvicorn_options(self) -> dict[str, object]:
        options: dict[str, object] = {"ssl_certfile": str(self.certificate), "ssl_keyfile": str(self.key)}
        if self.client_ca is not None:
            options |= {"ssl_ca_certs": str(self.client_ca), "ssl_cert_reqs": ssl.CERT_REQUIRED}
        return options

    def grpc_credentials(self) -> grpc.ServerCredentials:
        pair = (self.key.read_bytes(), self.certificate.read_bytes())
        if self.client_ca is None:
            return grpc.ssl_server_credentials([pair])
        return grpc.ssl_server_credentials([pair], self.client_ca.read_bytes(), require_client_auth=True)

    def problems(self) -> list[str]:
        """What keeps these files from being used, each with its remedy."""
        try:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, self.key)
            if self.client_ca is not None:
                context.load_verify_locations(self.client_ca)
        except (OSError, ssl.SSLError) as error:
            files = ", ".join(str(path) for path in (self.certificate, self.key, self.client_ca) if path)
            return [f"TLS files {files} cannot be used ({error}); name a readable PEM certificate and the key that belongs to it"]
        return []


def of(environment: Mapping[str, str], prefix: str) -> Tls | None:
    """TLS of the environment, None when no certificate is named. Raises ValueError when only half of a pair is."""
    certificate, key = environment.get(f"{prefix}TLS_CERT"), environment.get(f"{prefix}TLS_KEY")
    if not certificate and not key:
        return None
    if not certificate or not key:
        missing = "TLS_KEY" if certificate else "TLS_CERT"
        raise ValueError(f"{prefix}{missing} is not set; a certificate and its key belong together, name both")
    client_ca = environment.get(f"{prefix}TLS_CLIENT_CA")
    return Tls(Path(certificate), Path(key), Path(client_ca) if client_ca else None)
