"""The gRPC door of a collector, in an event loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import grpc
import pytest

from collector.collector import Collector
from collector.limits import Limits
from collector.otlp.grpc import GrpcDoor
from domain.configuration import Configuration
from store.store import Store


@contextmanager
def grpc_door(collector: Collector) -> Iterator[str]:
    """Yields host:port. The collector is started with it and stopped after it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def opened() -> GrpcDoor:
        door = GrpcDoor(collector, "127.0.0.1")
        await door.start()
        return door

    collector.start()
    door = asyncio.run_coroutine_threadsafe(opened(), loop).result(30)
    try:
        yield door.address
    finally:
        asyncio.run_coroutine_threadsafe(door.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()
        collector.stop()


@pytest.fixture
def grpc_address(collector: Collector) -> Iterator[str]:
    with grpc_door(collector) as address:
        yield address


@pytest.fixture
def channel(grpc_address: str) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(grpc_address) as opened:
        yield opened


@pytest.fixture
def grpc_with(store: Store, configuration: Configuration) -> Iterator[Callable[..., grpc.Channel]]:
    """Makes a channel to a collector with other limits or a key."""
    stack = []

    def make(limits: Limits | None = None, **options: object) -> grpc.Channel:
        context = grpc_door(Collector(store, configuration, limits=limits, **options))  # type: ignore[arg-type]
        channel = grpc.insecure_channel(context.__enter__())
        stack.append((context, channel))
        return channel

    yield make
    for context, channel in stack:
        channel.close()
        context.__exit__(None, None, None)
