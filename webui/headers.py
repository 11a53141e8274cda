"""The headers of every answer: what a browser may load, keep and tell others (OWASP ASVS 5.0, 3.4).

Styles and scripts come from this site alone; the one inline script of GOV.UK's template runs by
its nonce.
"""

import secrets
from typing import Final

from flask import Response, g, request

from webui.assets import ENDPOINT as ASSETS

_YEAR: Final = 31_536_000
_PERMISSIONS: Final = (
    "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
)
_FIXED: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _PERMISSIONS,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def nonce() -> str:
    """The nonce of this answer, for the one inline script."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def content_security_policy() -> str:
    """What this answer may load, and where its forms may go."""
    return (
        "default-src 'none'; "
        f"script-src 'self' 'nonce-{nonce()}'; "
        "style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def set_headers(response: Response, *, https: bool) -> Response:
    """The answer with its headers; a page is never kept by a browser, a built file for ever."""
    response.headers.update(_FIXED)
    response.headers.setdefault("Content-Security-Policy", content_security_policy())
    if request.endpoint != ASSETS or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    if https:
        response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
    return response
