"""Speaks the kernel's protocol: one request after another, every message of it awaited and measured."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import BuildError

if TYPE_CHECKING:
    from .limits import Limits

#: Seconds in which a kernel must answer after its start.
START_LIMIT = 60.0
#: Seconds between two looks at a kernel's memory.
_LOOK = 0.2
#: What the protocol sends, or a part of it, as its JSON says.
Message = dict[str, Any]
#: Bytes of a message besides its content.
_ENVELOPE = 1_000_000


class Stopped(Exception):  # noqa: N818 - not an error of ours: the client is told why the cell did not end
    """A cell that did not come to its end; the text says why."""


class Kernel(Protocol):
    """What is known about the process that a client speaks with."""

    def alive(self) -> bool:
        """Whether the process runs."""

    def memory(self) -> int:
        """Bytes of memory that it holds; 0 where the system does not tell."""

    def last_words(self) -> str:
        """The end of what it wrote to its log."""


class Client:
    """A connection with a running kernel; a context manager."""

    def __init__(self, connection: dict[str, Any], kernel: Kernel, stopped: threading.Event, limits: Limits) -> None:
        import zmq
        from jupyter_client.session import Session

        self._kernel = kernel
        self._stopped = stopped
        self._limits = limits
        self._heard = 0
        self._next_look = 0.0
        self._session = Session(key=connection["key"].encode(), signature_scheme=connection["signature_scheme"])
        self._context = zmq.Context()
        self._poller = zmq.Poller()
        separator = ":" if connection["transport"] == "tcp" else "-"
        address = f"{connection['transport']}://{connection['ip']}{separator}"
        self._shell, self._iopub = self._context.socket(zmq.DEALER), self._context.socket(zmq.SUB)
        for socket, channel in ((self._shell, "shell"), (self._iopub, "iopub")):
            socket.linger = 0
            socket.rcvhwm = 0  # nothing is dropped however much comes at once; the limit of output is ours
            socket.maxmsgsize = int(limits.output) + _ENVELOPE
            socket.reconnect_ivl = 5  # ms; the kernel opens its sockets a moment later
            if channel == "iopub":
                socket.subscribe(b"")
                # A message over the size ends the connection, and would be missed without a word.
                self._cut = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
                self._poller.register(self._cut, zmq.POLLIN)
            socket.connect(address + str(connection[f"{channel}_port"]))
            self._poller.register(socket, zmq.POLLIN)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self._iopub.disable_monitor()
        self._context.destroy(linger=0)

    def _messages(self, seconds: float) -> list[tuple[str, Message]]:
        """The messages that are there, or come within the given time; raises if none can come any more."""
        if self._stopped.is_set():
            raise Stopped("was stopped")
        ready = dict(self._poller.poll(round(min(seconds, _LOOK) * 1000)))
        if self._cut in ready:
            self._end_of_kernel(seconds=2.0)
            raise Stopped(self._limits.said_too_much)
        if not ready:
            self._end_of_kernel(seconds=0.0)
        if (now := time.monotonic()) >= self._next_look:
            self._next_look = now + _LOOK
            if self._kernel.memory() > self._limits.memory:
                raise Stopped(self._limits.took_too_much)
        found = []
        for channel, socket in (("shell", self._shell), ("iopub", self._iopub)):
            if socket in ready:
                frames = socket.recv_multipart()
                self._heard += sum(map(len, frames)) if channel == "iopub" else 0
                if self._heard > self._limits.output:
                    raise Stopped(self._limits.said_too_much)
                found.append((channel, self._session.deserialize(self._session.feed_identities(frames)[1])))
        return found

    def _end_of_kernel(self, seconds: float) -> None:
        """Raise if the kernel's process has ended, or ends within the time."""
        limit = time.monotonic() + seconds
        while self._kernel.alive():
            if time.monotonic() >= limit:
                return
            time.sleep(0.01)
        said = self._kernel.last_words()
        limits = (
            f"its kernel died; it may have run out of memory ({self._limits.memory / 1e9:g} GB at most, --memory-limit)"
        )
        raise Stopped(limits + (f": {said}" if said else ""))

    def wait_until_ready(self, name: str) -> None:
        """Return when the kernel answers, and what it publishes is heard."""
        limit = time.monotonic() + START_LIMIT
        awaited = {"shell", "iopub"}
        try:
            while awaited:
                if time.monotonic() > limit:
                    raise Stopped(f"its kernel did not answer within {START_LIMIT:.0f} s")
                self._session.send(self._shell, "kernel_info_request", content={})
                for channel, _ in self._messages(0.1):
                    awaited.discard(channel)
        except Stopped as error:
            raise BuildError(f"cannot be run: {error}. Build again.", file=name) from None

    def execute(self, source: str, outputs: list[Message], displays: dict[str, list[Message]]) -> Message:
        """Run one cell; its outputs are added to ``outputs`` as they come. Returns the kernel's reply.

        Raises
        ------
        Stopped
            If it takes more than the limits allow, or the kernel dies.
        """
        request = {
            "code": source,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        message = self._session.send(self._shell, "execute_request", content=request)
        assert message is not None
        sent = message["header"]["msg_id"]
        limit = time.monotonic() + self._limits.seconds
        reply: Message = {}
        idle = clear = False
        while not (reply and idle):
            if time.monotonic() > limit:
                raise Stopped(self._limits.took_too_long)
            for channel, message in self._messages(self._limits.seconds):
                if message["parent_header"].get("msg_id") != sent:
                    continue
                kind, content = message["header"]["msg_type"], message["content"]
                if channel == "shell":
                    reply = content
                elif kind == "status":
                    idle = idle or content["execution_state"] == "idle"
                elif kind == "clear_output":
                    clear = True
                    if not content.get("wait"):
                        outputs.clear()
                        clear = False
                elif kind in ("stream", "display_data", "execute_result", "error", "update_display_data"):
                    if clear:
                        outputs.clear()
                        clear = False
                    _add(outputs, kind, content, displays)
        return reply


def _add(outputs: list[Message], kind: str, content: Message, displays: dict[str, list[Message]]) -> None:
    """Add one message's output as the notebook format has it."""
    if kind == "stream":
        last = outputs[-1] if outputs else {}
        if last.get("output_type") == "stream" and last["name"] == content["name"]:
            last["text"] += content["text"]
        else:
            outputs.append({"output_type": "stream", "name": content["name"], "text": content["text"]})
        return
    if kind == "error":
        outputs.append({"output_type": "error", **{key: content[key] for key in ("ename", "evalue", "traceback")}})
        return
    identifier = content.get("transient", {}).get("display_id")
    if kind == "update_display_data":
        for shown in displays.get(identifier, []):
            shown.update(data=content["data"], metadata=content["metadata"])
        return
    output = {"output_type": kind, "data": content["data"], "metadata": content["metadata"]}
    if kind == "execute_result":
        output["execution_count"] = content["execution_count"]
    if identifier:
        displays.setdefault(identifier, []).append(output)
    outputs.append(output)
