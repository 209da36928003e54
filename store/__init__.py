"""The only package that talks to ClickHouse: open it, migrate it, write to it, ask it named queries."""
