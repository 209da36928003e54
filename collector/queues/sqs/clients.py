"""AWS clients with the configured credentials, and what AWS' refusals mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
)

from collector.http_client import text_of
from collector.queues.poller import PollFailed, Setup
from collector.queues.sqs.config import SqsSettings

Answer = TypeVar("Answer")
_CREDENTIALS = (
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "UnrecognizedClient",
    "AuthFailure",
    "InvalidAccessKeyId",
    "401",
    "403",
)


class Clients:
    """Makes clients for AWS' services."""

    def __init__(self, setup: Setup) -> None:
        self._settings: SqsSettings = setup.settings
        self._setup = setup
        self._session = asked("AWS", self._new_session)

    def client(self, service: str, url: str | None) -> Any:
        settings = self._settings
        return self._session.client(service, endpoint_url=url, verify=self._verify(), config=self._config(settings))

    def _config(self, settings: SqsSettings) -> Config:
        tls = settings.tls
        certificate = (tls.certificate, tls.key) if tls.certificate and tls.key else tls.certificate
        return Config(
            connect_timeout=self._setup.timeout,
            read_timeout=self._setup.timeout,
            retries={"total_max_attempts": 2, "mode": "standard"},
            proxies={"http": settings.proxy, "https": settings.proxy} if settings.proxy else None,
            client_cert=certificate,
        )

    def _verify(self) -> bool | str:
        tls = self._settings.tls
        return tls.ca or True if tls.verify else False

    def _new_session(self) -> boto3.Session:
        settings, environment = self._settings, self._setup.environment
        if settings.access_key_id is not None and settings.secret_access_key is None:
            raise PollFailed("access_key_id is given without secret_access_key; name where it is kept")
        session = boto3.Session(
            region_name=settings.region,
            profile_name=settings.profile,
            aws_access_key_id=None if settings.access_key_id is None else text_of(settings.access_key_id, environment),
            aws_secret_access_key=settings.secret_access_key.reveal(environment) if settings.secret_access_key else None,
            aws_session_token=settings.session_token.reveal(environment) if settings.session_token else None,
        )
        return session if settings.role_arn is None else self._in_role(session, settings.role_arn)

    def _in_role(self, session: boto3.Session, role: str) -> boto3.Session:
        """The role's credentials end after an hour; they are fetched again when they do."""
        settings = self._settings
        extra = {"RoleSessionName": "supplyscope"}
        if settings.external_id is not None:
            extra["ExternalId"] = text_of(settings.external_id, self._setup.environment)

        def sts(*_: Any, **credentials: Any) -> Any:
            wanted = {name: value for name, value in credentials.items() if name.startswith("aws_")}
            return session.client(
                "sts", endpoint_url=settings.sts_url, verify=self._verify(), config=self._config(settings), **wanted
            )

        source = session.get_credentials()
        if source is None:
            raise NoCredentialsError
        fetcher = AssumeRoleCredentialFetcher(sts, source, role, extra_args=extra)
        taken_on = boto3.Session(region_name=settings.region)
        # The library offers no public way to hand over credentials that renew themselves.
        taken_on._session._credentials = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
        return taken_on


def asked(where: str, ask: Callable[[], Answer]) -> Answer:
    """What AWS answered; PollFailed with a remedy when it refused, was away or too slow."""
    try:
        return ask()
    except ClientError as error:
        code = code_of(error)
        # AWS' own text may quote the policy and the caller, never a secret.
        raise PollFailed(f"{where} refused: {code}; {_remedy(code)}") from error
    except (NoCredentialsError, ProfileNotFound) as error:
        raise PollFailed(f"no credentials for AWS: {error}; give access_key_id, profile, or a role to the machine") from error
    except (ConnectTimeoutError, ReadTimeoutError) as error:
        raise PollFailed(f"{where} did not answer in time; raise timeout, or choose fewer queues") from error
    except EndpointConnectionError as error:
        raise PollFailed(f"{where} cannot be reached ({error}); check region, url and the network") from error
    except BotoCoreError as error:
        raise PollFailed(f"{where} cannot be read ({type(error).__name__}: {error}); check region, url and tls") from error


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown error"))


def _remedy(code: str) -> str:
    if any(name in code for name in _CREDENTIALS):
        return "check access_key_id and secret_access_key, and whether they are still valid"
    if "AccessDenied" in code:
        return "allow sqs:ListQueues, sqs:GetQueueUrl, sqs:GetQueueAttributes, with cloudwatch also cloudwatch:GetMetricData"
    if "NonExistentQueue" in code or "QueueDoesNotExist" in code:
        return "check the queue's name and region"
    return "poll less often" if "Throttl" in code else "see AWS' documentation of this code"
