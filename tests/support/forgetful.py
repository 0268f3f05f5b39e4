"""A TCP proxy that loses answers: it waits until the server has answered in full, then hangs up on the client."""

import socket
import threading
from contextlib import suppress


class ForgetfulProxy:
    """Stands before a server; ``forgets`` says of each connection, by its number from 0, whether its answer is lost."""

    def __init__(self, port: int, forgets) -> None:
        self.upstream, self.forgets, self.lost = port, forgets, 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        number = 0
        with suppress(OSError):  # closed
            while True:
                client, _address = self.socket.accept()
                threading.Thread(target=self._pass_on, args=(client, self.forgets(number)), daemon=True).start()
                number += 1

    def _pass_on(self, client: socket.socket, forgets: bool) -> None:
        with client, socket.create_connection(("127.0.0.1", self.upstream)) as server, suppress(OSError):
            server.sendall(_request(client))
            answer = b"".join(iter(lambda: server.recv(65536), b""))  # it says Connection: close
            if forgets:
                self.lost += answer.startswith(b"HTTP/1.1 2")
            else:
                client.sendall(answer)

    def close(self) -> None:
        """Take no more connections."""
        self.socket.close()


def _request(client: socket.socket) -> bytes:
    """Read one request: its head, and as much body as the head says."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += client.recv(65536)
    head, body = read.split(b"\r\n\r\n", 1)
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    while len(body) < length:
        body += client.recv(65536)
    return head + b"\r\n\r\n" + body
