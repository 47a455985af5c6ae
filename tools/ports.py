"""Ports of this machine."""

from __future__ import annotations

import socket

from tools.console import ToolError

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free() -> int:
    """Some port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def require_free(port: int, option: str) -> None:
    """Raise, naming the option that chooses another port, when this one is taken."""
    if not is_free(port):
        raise ToolError(f"Port {port} is taken by another program. Choose one: {option} {port + 1}")
