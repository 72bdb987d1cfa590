//! HTTP/2 frames, byte by byte: a decent client would not send most of what is made of them.

/// What every connection begins with: the preface and empty settings (RFC 9113 §3.4).
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const PRIORITY: u8 = 2;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const WINDOW_UPDATE: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;

pub(crate) const NONE: u8 = 0;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

/// A frame (§4.1).
pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// The fields of a request, with indices into the static table and plain literals (RFC 7541 §6.1, §6.2.2).
pub(crate) fn fields(method: Method, path: &str) -> Vec<u8> {
    let length = u8::try_from(path.len()).unwrap();
    [&[method.index(), 0x86, 0x04, length], path.as_bytes(), b"\x01\x01x"].concat()
}

/// A method.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Method {
    Get,
    Post,
}

impl Method {
    /// Returns its index in the static table.
    fn index(self) -> u8 {
        match self {
            Self::Get => 0x82,
            Self::Post => 0x83,
        }
    }
}

/// The number of the client's stream that comes after so many others.
pub(crate) fn stream(number: u32) -> u32 {
    2 * number + 1
}
