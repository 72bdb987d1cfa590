"""Mints and verifies Hallpass passes as docs/passes.md specifies them, with nothing but Python's standard library.

Written from that page and not from the Rust code, so that each checks the other. Copy it into an application, or read it
beside the page. Times are whole unix seconds; texts are `str`, the rest is `bytes`.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field

FORMAT = 1
TAG_LENGTH = 16
MAX_BYTES = 1105
MAX_TIME = 253_402_300_799
DEFAULT_SKEW = 5
DEFAULT_MAX_LIFETIME = 7 * 24 * 3600

METHODS = {"GET": 1, "HEAD": 2, "PUT": 4, "POST": 8, "DELETE": 16}
SUBJECTS = {"bearer": 0, "user": 1, "session": 2}
OVERRIDES = ["content_type", "content_disposition", "content_language", "cache_control"]
KEY_ID = re.compile(rb"[A-Za-z0-9._-]{1,16}")


class Refused(Exception):
    """Why a pass was refused; `reason` is for the log, never for the one who sent the pass."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass
class Carried:
    """What a pass carries besides its tag."""

    key_id: str
    expires: int
    methods: int = METHODS["GET"]
    subject: int = SUBJECTS["bearer"]
    segments: int | None = None  # of the prefix; None for one object
    not_before: int | None = None
    version_digest: bytes | None = None
    object_epoch: int = 0
    subject_epoch: int = 0
    nonce: bytes | None = None
    payload: bytes = b""


@dataclass
class Request:
    """What the server knows of the request (and what minting binds the pass to)."""

    method: str
    key: str
    user: str | None = None
    session: str | None = None
    overrides: dict = field(default_factory=dict)


def derive_key(secret, purpose):
    """HKDF-SHA-256 (RFC 5869) with one block of output."""
    pseudo_random_key = hmac.digest(b"hallpass token-hmac v1", secret, "sha256")
    return hmac.digest(pseudo_random_key, b"pass:" + purpose.encode() + b"\x01", "sha256")


def digest_version(version):
    return hashlib.sha256(b"hallpass version v1\0" + version.encode()).digest()[:8]


def mac_input(carried, purpose, audience, scope, subject_value, overrides):
    """Everything that is bound, as (type, length, value) in the order of the types."""
    values = {
        0x01: bytes([FORMAT]),
        0x02: purpose.encode(),
        0x03: carried.key_id.encode(),
        0x04: audience.encode(),
        0x05: bytes([carried.methods]),
        0x06 if carried.segments is None else 0x07: scope.encode(),
        0x08: bytes([carried.subject]) + subject_value.encode(),
        0x09: carried.expires.to_bytes(5, "big"),
    }
    if carried.not_before is not None:
        values[0x0A] = carried.not_before.to_bytes(5, "big")
    if carried.version_digest is not None:
        values[0x0B] = carried.version_digest
    for code, name in enumerate(OVERRIDES, 0x10):
        if overrides.get(name) is not None:
            values[code] = overrides[name].encode()
    if carried.object_epoch:
        values[0x20] = carried.object_epoch.to_bytes(4, "big")
    if carried.subject_epoch:
        values[0x21] = carried.subject_epoch.to_bytes(4, "big")
    if carried.nonce is not None:
        values[0x22] = carried.nonce
    if carried.payload:
        values[0x23] = carried.payload
    return b"".join(bytes([code]) + len(value).to_bytes(2, "big") + value for code, value in sorted(values.items()))


def compute_tag(secret, purpose, message):
    return hmac.digest(derive_key(secret, purpose), message, "sha256")[:TAG_LENGTH]


def wire_bytes(carried, tag):
    """The bytes of the pass, before base64url."""
    grant = carried.methods | carried.subject << 5 | (carried.segments is not None) << 7
    presence = (
        (carried.not_before is not None)
        | (carried.version_digest is not None) << 1
        | (carried.object_epoch != 0) << 2
        | (carried.subject_epoch != 0) << 3
        | (carried.nonce is not None) << 4
        | (carried.payload != b"") << 5
    )
    out = bytes([FORMAT, grant, presence, len(carried.key_id)]) + carried.key_id.encode()
    out += carried.expires.to_bytes(5, "big")
    if carried.not_before is not None:
        out += carried.not_before.to_bytes(5, "big")
    if carried.segments is not None:
        out += bytes([carried.segments])
    out += carried.version_digest or b""
    out += carried.object_epoch.to_bytes(4, "big") if carried.object_epoch else b""
    out += carried.subject_epoch.to_bytes(4, "big") if carried.subject_epoch else b""
    out += carried.nonce or b""
    out += len(carried.payload).to_bytes(2, "big") + carried.payload if carried.payload else b""
    return out + tag


def encode(wire):
    return base64.urlsafe_b64encode(wire).rstrip(b"=").decode()


def mint(secret, purpose, audience, carried, scope, subject_value="", overrides=None):
    """Returns the text of a pass. `scope` is the object's key, or the prefix with its last `/`.

    What the page says minting refuses is the caller's to check: the vectors need such passes too.
    """
    message = mac_input(carried, purpose, audience, scope, subject_value, overrides or {})
    return encode(wire_bytes(carried, compute_tag(secret, purpose, message)))


def parse(text):
    """Reads a pass: (what it carries, its tag). Nothing of it is to be believed yet."""
    if len(text) > (MAX_BYTES * 4 + 2) // 3 or not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise Refused("malformed")
    try:
        wire = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Refused("malformed") from None
    if encode(wire) != text:  # trailing bits: a second text for the same pass
        raise Refused("malformed")
    return parse_wire(wire)


def parse_wire(wire):
    at = 0

    def take(count):
        nonlocal at
        if at + count > len(wire):
            raise Refused("malformed")
        at += count
        return wire[at - count : at]

    def number(count, least=0, most=MAX_TIME):
        value = int.from_bytes(take(count), "big")
        if not least <= value <= most:
            raise Refused("malformed")
        return value

    number(1, FORMAT, FORMAT)
    grant, presence = take(2)
    key_id = take(number(1))
    methods, subject, is_prefix = grant & 31, grant >> 5 & 3, grant >> 7
    if not methods or subject not in SUBJECTS.values() or presence >> 6 or not KEY_ID.fullmatch(key_id):
        raise Refused("malformed")
    carried = Carried(
        key_id=key_id.decode(),
        methods=methods,
        subject=subject,
        expires=number(5),
        not_before=number(5) if presence & 1 else None,
        segments=number(1) if is_prefix else None,
        version_digest=take(8) if presence & 2 else None,
        object_epoch=number(4, least=1) if presence & 4 else 0,
        subject_epoch=number(4, least=1) if presence & 8 else 0,
        nonce=take(16) if presence & 16 else None,
        payload=take(number(2, least=1, most=1024)) if presence & 32 else b"",
    )
    tag = take(TAG_LENGTH)
    if at != len(wire):
        raise Refused("malformed")
    return carried, tag


def verify(
    ring,
    purpose,
    audience,
    text,
    request,
    now,
    *,
    skew=DEFAULT_SKEW,
    max_lifetime=DEFAULT_MAX_LIFETIME,
    one_time_is_checked=False,
):
    """Returns what the pass carries, or raises `Refused`.

    `ring` maps key ids to (secret, second from which it is retired, or None); its first entry is the active key.
    The caller still compares the object's version, the epochs and the nonce.
    """
    carried, given = parse(text)
    scope = scope_of(carried, request)
    value = subject_value(carried, request)

    # An unknown key id costs the same: the active key stands in, and the pass is refused whatever comes out.
    active = next(iter(ring.values()))
    secret, retired_at = ring.get(carried.key_id, active)
    message = mac_input(carried, purpose, audience, scope, value, request.overrides)
    matches = hmac.compare_digest(compute_tag(secret, purpose, message), given)
    if carried.key_id not in ring:
        raise Refused("unknown_key")
    if not matches:
        raise Refused("bad_tag")
    if retired_at is not None and now >= retired_at:
        raise Refused("retired")

    # Only now is what the pass says about itself looked at.
    if now >= carried.expires:
        raise Refused("expired")
    if carried.expires > now + max_lifetime + skew:
        raise Refused("too_far_ahead")
    if carried.not_before is not None and carried.not_before > now + skew:
        raise Refused("not_yet")
    if carried.nonce is not None and not one_time_is_checked:
        raise Refused("one_time")
    sufficient = METHODS[request.method] | (METHODS["GET"] if request.method == "HEAD" else 0)
    if not carried.methods & sufficient:
        raise Refused("method_not_covered")
    return carried


def scope_of(carried, request):
    """The object's key, or its first segments with a `/` after each; the key has to go on after them."""
    if carried.segments is None:
        return request.key
    parts = request.key.split("/")
    if carried.segments >= len(parts):
        raise Refused("out_of_scope")
    return "".join(part + "/" for part in parts[: carried.segments])


def subject_value(carried, request):
    if carried.subject == SUBJECTS["bearer"]:
        return ""
    value = request.user if carried.subject == SUBJECTS["user"] else request.session
    if not value:
        raise Refused("subject_missing")
    return value
