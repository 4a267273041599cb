"""A crowd of bad clients, until it is killed: readers that ask for a blob and never read it, and clients that read a little
of it each second. Who is let go comes back, so that the crowd stays as large as it was.

    python3 tests/load/crowd.py PORT PATH STALLED SLOW

Clients know nothing of each other. So they come one after the other, within the time that a reader who stopped stays, and
what one does falls together with what others do only by chance; and sockets are plain ones, as an engine with pauses of
its own would make hundreds of clients take their sip at once.
"""

import gc
import resource
import socket
import sys
import time

# A slow client takes so much at once, once in a second. On this way a system tells the sender of new room by halves of
# its buffer: who takes less looks like one that stopped.
SIP = 16 * 1024
# The server lets go of who does not read after ten seconds. Who does not read does not notice, and comes back by then.
STALLED_SECONDS = 10
PAUSE = 0.000_5
# After a pause of its own the crowd makes up for what it missed, with so much at a time: it brings no rush.
AT_ONCE = 10
ROOM_FOR_FILES = 20_000


class Crowd:
    """Readers of one kind, each of whom has its turn once in a period."""

    def __init__(self, size, period, turn):
        self.readers = [None] * size
        self.turns_a_second = size / period
        self.turn = turn
        self.turns = 0

    def go_on(self, seconds):
        last = min(seconds * self.turns_a_second, self.turns + AT_ONCE)
        while self.turns < last:
            time_round, place = divmod(self.turns, len(self.readers))
            self.readers[place] = self.turn(self.readers[place], place, time_round)
            self.turns += 1


def main(port, path, stalled, slow):
    gc.disable()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(ROOM_FOR_FILES, most), most))
    request = f"GET {path} HTTP/1.1\r\nhost: a\r\n\r\n".encode()
    room = bytearray(SIP)

    def come(before):
        if before is not None:
            before.close()
        reader = socket.create_connection(("127.0.0.1", port))
        reader.sendall(request)
        reader.setblocking(False)
        return reader

    def stall(reader, _place, _second):
        return come(reader)

    def sip(reader, place, second):
        if reader is None:
            return come(None) if place % STALLED_SECONDS <= second else None
        try:
            return reader if reader.recv_into(room) > 0 else come(reader)
        except BlockingIOError:
            return reader
        except ConnectionError:
            return come(reader)

    crowds = [Crowd(stalled, STALLED_SECONDS, stall), Crowd(slow, 1, sip)]
    start = time.monotonic()
    while True:
        for crowd in crowds:
            crowd.go_on(time.monotonic() - start)
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
