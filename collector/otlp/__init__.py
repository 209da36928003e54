"""OpenTelemetry traces over HTTP: protobuf bodies are checked and handed to the store undecoded (ADR D1)."""
