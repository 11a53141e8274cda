"""GOV.UK Notify as far as our channel speaks with it: its paths, its answers, its errors."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

SERVICE_ID = "26785a09-ab16-4eb0-8407-a37497a57506"
SECRET = "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"a_test-{SERVICE_ID}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"


class Service:
    """What came, and with what it answers: a status code and the errors that go with it."""

    def __init__(self) -> None:
        self.came: list[dict[str, Any]] = []
        self.code = 201
        self.errors: list[dict[str, str]] = []
        self.address = ""


@contextmanager
def serving() -> Iterator[Service]:
    """The service on a free port of this machine, until the block ends."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """POST /v2/notifications/email"""
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            code, answer = _answer(service, self.path, self.headers["Authorization"], asked)
            content = json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(
    service: Service, path: str, authorisation: str, asked: dict[str, Any]
) -> tuple[int, dict[str, Any]]:
    if path != "/v2/notifications/email":
        return 404, _refusal(404, "NoResultFound", "No result found")
    try:
        token = authorisation.removeprefix("Bearer ")
        claims = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_aud": False})
    except jwt.InvalidTokenError:
        return 403, _refusal(403, "AuthError", "Invalid token: API key not found")
    assert claims["iss"] == SERVICE_ID
    if service.code != 201:
        return service.code, {"status_code": service.code, "errors": service.errors}
    service.came.append(asked)
    return 201, {"id": "740e5834-3a29-46b4-9a6f-16142fde533a", "reference": asked["reference"]}


def _refusal(code: int, error: str, message: str) -> dict[str, Any]:
    return {"status_code": code, "errors": [{"error": error, "message": message}]}
