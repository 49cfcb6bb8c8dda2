"""ClickHouse's own engine (chDB, from PyPI) behind a small HTTP front, for development and tests.

The engine, its SQL and its files are ClickHouse's; this is no ClickHouse server. It answers what
order-query asks of ClickHouse's HTTP interface, on loopback, without passwords, one query at a time:
`POST /?query=...&param_x=...` with the rows of an insert as the body, and `GET /ping`.

Arguments: port, data folder, and the file to create when it serves.
"""

import pathlib
import re
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from chdb.session import Session

STATUS = {"60": 404, "62": 400, "81": 404}


class Engine:
    def __init__(self, folder):
        self.session = Session(folder)
        self.turn = threading.Lock()

    def answer(self, database, query, parameters):
        with self.turn:
            self.session.query("use `%s`" % database.replace("`", ""))
            return self.session.query(query, "TabSeparated", params=parameters or None).bytes()

    def close(self):
        with self.turn:
            self.session.close()


class Front(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    engine = None

    def do_GET(self):
        self.end(*((200, b"Ok.\n") if self.path == "/ping" else (404, b"Not found\n")))

    def do_POST(self):
        rows = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        asked = {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}
        parameters = {
            name.removeprefix("param_"): value
            for name, value in asked.items()
            if name.startswith("param_")
        }
        try:
            self.end(
                200,
                self.engine.answer(
                    self.headers.get("X-ClickHouse-Database", "default"),
                    asked.get("query", "") + ("\n" + rows.decode() if rows else ""),
                    parameters,
                ),
            )
        except Exception as failure:
            code = re.search(r"Code: (\d+)", str(failure))
            code = code.group(1) if code else "1"
            self.end(STATUS.get(code, 500), str(failure).encode() + b"\n", code)

    def end(self, status, body, code=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if code:
            self.send_header("X-ClickHouse-Exception-Code", code)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def main(port, folder, ready):
    Front.engine = Engine(folder)
    server = Server(("127.0.0.1", int(port)), Front)
    # `shutdown` waits for the loop, which runs in this thread.
    signal.signal(
        signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start()
    )
    version = Front.engine.answer("default", "select version()", None).decode().strip()
    print("ClickHouse %s, as chDB, serves on 127.0.0.1:%s, data in %s" % (version, port, folder), flush=True)
    pathlib.Path(ready).touch()
    server.serve_forever()
    Front.engine.close()


main(*sys.argv[1:])
