"""A director's take over its WebSocket, as a client that resumes: for load that is rather varied
than fast."""

import json
import os
import socket
import struct
import threading

from .programs import CannotRun

TIMEOUT_SECONDS = 15


class Ended(Exception):
    """The server closed the connection."""


class Take:
    """One take. It checks that no logged event is missing or comes twice."""

    def __init__(self, server):
        self.server = server
        opened = server.call("POST", "/api/v1/director/sessions", {"language": "en"})
        self.id, self.path = opened["sessionId"], opened["wsUrl"]
        self.position = None
        self.holes = 0
        self.connection = None
        self.sending = threading.Lock()  # one may speak while another answers pings

    def connect(self):
        """Says hello; from the second time on it resumes where it was."""
        self.buffer = b""
        self.connection = socket.create_connection(("127.0.0.1", self.server.port))
        self.connection.settimeout(TIMEOUT_SECONDS)
        self._shake_hands()
        hello = {"type": "hello", "token": self.server.token}
        if self.position:
            hello["resumeFrom"] = self.position
        self._send(1, json.dumps(hello).encode())
        welcome = self._read_frame()
        recovered = welcome.get("recovered")
        if not recovered or not self.position:
            self.position = {"epoch": welcome["epoch"], "seq": welcome["seq"]}
        return recovered

    def say(self, text):
        self._send(1, json.dumps({"action": "text", "text": text}).encode())

    def speak(self, samples):
        """Sound of silence: the recogniser works, nothing comes of it."""
        self.send_sound(bytes(2 * samples))

    def send_sound(self, pcm):
        """PCM16 at 16 kHz."""
        self._send(2, pcm)

    def next_event(self):
        frame = self._read_frame()
        if "seq" in frame:
            self._note(frame["seq"])
        return frame

    def wait_for(self, kind):
        """Reads up to the next event of this type."""
        while True:
            frame = self._read_frame()
            self._note(frame["seq"])
            if frame["type"] == kind:
                return frame

    def cut(self):
        """Goes without a word, as a broken network does: the peer gets a reset."""
        no_farewell = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_farewell)
        self.connection.close()

    def end(self):
        self.server.call("POST", f"/api/v1/director/sessions/{self.id}/end")

    def _note(self, seq):
        if seq not in (self.position["seq"], self.position["seq"] + 1):
            self.holes += 1
        self.position["seq"] = seq

    def _shake_hands(self):
        self.connection.sendall(
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "Sec-WebSocket-Protocol: antiphon.v1\r\n\r\n".encode()
        )
        while b"\r\n\r\n" not in self.buffer:
            self._read_more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise CannotRun(f"no WebSocket: {head[:200]}")

    def _send(self, opcode, payload):
        length = len(payload)
        head = bytes([0x80 | opcode])
        head += bytes([0x80 | length]) if length < 126 else struct.pack("!BH", 0xFE, length)
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        with self.sending:
            self.connection.sendall(head + mask + masked)

    def _read_frame(self):
        """The next JSON frame; pings are answered on the way."""
        while True:
            opcode, payload = self._read_raw()
            if opcode == 1:
                return json.loads(payload)
            if opcode == 8:
                raise Ended(payload)
            if opcode == 9:
                self._send(10, payload)

    def _read_raw(self):
        self._need(2)
        length, offset = self.buffer[1] & 0x7F, 2
        if length == 126:
            self._need(4)
            length, offset = struct.unpack("!H", self.buffer[2:4])[0], 4
        elif length == 127:
            self._need(10)
            length, offset = struct.unpack("!Q", self.buffer[2:10])[0], 10
        self._need(offset + length)
        opcode, payload = self.buffer[0] & 15, self.buffer[offset : offset + length]
        self.buffer = self.buffer[offset + length :]
        return opcode, payload

    def _need(self, size):
        while len(self.buffer) < size:
            self._read_more()

    def _read_more(self):
        data = self.connection.recv(65536)
        if not data:
            raise Ended(b"")
        self.buffer += data


# Sentences that have clips in the starter library, and some that have none.
SENTENCES = [
    "The football team won the championship last night.",
    "We drove along the coast until the sun went down over the sea.",
    "Interest rates went up again and the stock market fell.",
    "A rocket was launched to the space station this morning.",
    "My grandmother bakes bread every Sunday in her small kitchen.",
    "Doctors at the hospital tested a new vaccine.",
    "Nothing of this has anything to do with that.",
    "The new phone has a better camera and a faster chip.",
]
