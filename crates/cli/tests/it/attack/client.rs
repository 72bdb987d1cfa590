//! [`Client`]: a connection that says what it is told to, honest or not.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::sight::Attacked as _;
use crate::server::Server;

/// Longer than any answer here should take; who waits longer has been harmed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A connection over HTTP/1.1.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

/// The head of an answer.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) status: u16,
    text: String,
}

impl Client {
    #[track_caller]
    pub(crate) fn connect(server: &Server) -> Self {
        Self::try_connect(server).unwrap()
    }

    pub(crate) fn try_connect(server: &Server) -> io::Result<Self> {
        let stream = TcpStream::connect(server.address())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// The connection itself, for those who do not speak HTTP/1.1.
    pub(crate) fn raw(&self) -> &TcpStream {
        self.stream.get_ref()
    }

    /// Sends a request without a body; `headers` are whole lines.
    pub(crate) fn ask(&mut self, target: &str, headers: &str) -> io::Result<()> {
        let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        self.raw().write_all(request.as_bytes())
    }

    /// Reads the head of an answer.
    pub(crate) fn head(&mut self) -> io::Result<Head> {
        let mut text = String::new();
        while !text.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut text)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok(Head { status: status.ok_or_else(|| io::Error::other("no status"))?, text })
    }

    /// Reads so many bytes, and keeps none.
    pub(crate) fn take(&mut self, bytes: u64) -> io::Result<()> {
        let taken = io::copy(&mut (&mut self.stream).take(bytes), &mut io::sink())?;
        if taken == bytes { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    /// Gets an object whole, over a connection that stays open; returns the status and the length.
    pub(crate) fn get(&mut self, target: &str) -> io::Result<(u16, u64)> {
        self.ask(target, "")?;
        let head = self.head()?;
        let length = head.length();
        self.take(length)?;
        Ok((head.status, length))
    }
}

impl Head {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.text.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn length(&self) -> u64 {
        self.field("content-length").map_or(0, |length| length.parse().unwrap())
    }
}
