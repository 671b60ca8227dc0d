"""The headers of every answer, errors and static files included: what a browser may do with it.

An answer that has its own is stricter (a file's is a sandbox); none is laxer.
"""

from __future__ import annotations

from flask import Flask, Response, request

SECURITY_POLICY = "; ".join(
    (
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:"),
        *("connect-src 'self'", "font-src 'self'", "object-src 'none'", "form-action 'self'"),
        *("base-uri 'none'", "frame-ancestors 'none'"),
    )
)
DENIED_FEATURES = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen"),
    *("geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb"),
)
HEADERS = (
    ("Content-Security-Policy", SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(f"{each}=()" for each in DENIED_FEATURES)),
)
ONLY_TLS = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
KEPT_FOR_A_YEAR = "public, max-age=31536000, immutable"
HASHED = "/static/dist/"


def put_headers(app: Flask, *, over_tls: bool) -> None:
    """Has every answer of the application carry its headers; nothing but a hashed file is ever stored."""
    headers = (*HEADERS, ONLY_TLS) if over_tls else HEADERS

    def put(answer: Response) -> Response:
        put_on = answer.headers
        for name, value in headers:
            put_on.setdefault(name, value)
        if request.path.startswith(HASHED) and answer.status_code in (200, 304):
            put_on["Cache-Control"] = KEPT_FOR_A_YEAR
        else:
            put_on["Cache-Control"] = "no-store"
        return answer

    app.after_request(put)
