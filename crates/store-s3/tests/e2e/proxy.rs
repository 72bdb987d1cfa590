//! A proxy before the server that notes the head of each request, and lets go wrong what its script says.

mod bent;
mod operation;

pub(crate) use operation::Operation;

use std::fmt::Write as _;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, client, server};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use self::bent::{Bend, bent};

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// What goes wrong with a request. An error on the way breaks the connection to the client.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The connection breaks after so many bytes of the request's body.
    CutRequest(u64),
    /// The connection breaks after so many bytes of the answer's body.
    CutAnswer(u64),
    /// The server does what it is asked for, but its answer never comes: the connection breaks.
    LoseAnswer,
    /// The request does not reach the server; this status and code are the answer.
    Answer(u16, &'static str),
    /// The server does what it is asked for, but this status and code are the answer.
    AnswerInstead(u16, &'static str),
    /// The answer takes so much longer.
    Delay(Duration),
    /// After so many bytes, the body of the request is not read for so long.
    StallRequest(u64, Duration),
    /// After so many bytes, the body of the answer is not sent for so long.
    StallAnswer(u64, Duration),
    /// A pause lies between the pieces of the answer's body.
    Trickle(Duration),
}

/// A request that came by.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    pub(crate) operation: Operation,
    /// Request line and header fields, in lower case.
    pub(crate) head: String,
}

/// One line of the script.
struct Line {
    operation: Operation,
    fault: Fault,
    times: usize,
}

/// A proxy that runs.
#[derive(Clone)]
pub(crate) struct Proxy {
    origin: String,
    upstream: String,
    script: Arc<Mutex<Vec<Line>>>,
    noted: Arc<Mutex<Vec<Noted>>>,
}

impl Proxy {
    /// Starts a proxy before the server of this origin.
    pub(crate) async fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let upstream = upstream.trim_start_matches("http://").to_owned();
        let proxy = Self { origin, upstream, script: Arc::default(), noted: Arc::default() };
        tokio::spawn(proxy.clone().accept(listener));
        proxy
    }

    /// Returns its origin.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Lets the next requests of this kind go wrong, so often.
    pub(crate) fn script(&self, operation: Operation, fault: Fault, times: usize) {
        self.script.lock().unwrap().push(Line { operation, fault, times });
    }

    /// Lets nothing go wrong any more, and forgets what came by.
    pub(crate) fn heal(&self) {
        self.script.lock().unwrap().clear();
        self.noted.lock().unwrap().clear();
    }

    /// Returns the requests so far.
    pub(crate) fn noted(&self) -> Vec<Noted> {
        self.noted.lock().unwrap().clone()
    }

    /// Returns how often this was asked for.
    pub(crate) fn count(&self, operation: Operation) -> usize {
        self.noted().iter().filter(|noted| noted.operation == operation).count()
    }

    async fn accept(self, listener: TcpListener) {
        while let Ok((client, _)) = listener.accept().await {
            client.set_nodelay(true).unwrap();
            let proxy = self.clone();
            let service = service_fn(move |request| {
                let proxy = proxy.clone();
                async move { proxy.serve(request).await }
            });
            let served = server::conn::http1::Builder::new().serve_connection(TokioIo::new(client), service);
            // Broken connections are what this is for.
            tokio::spawn(async move { drop(served.await) });
        }
    }

    async fn serve(&self, request: Request<Incoming>) -> Result<Response<Body>, io::Error> {
        let fault = self.note(&request);
        let (up, down) = match fault {
            Some(Fault::CutRequest(after)) => (Bend::Cut(after), Bend::Straight),
            Some(Fault::StallRequest(after, time)) => (Bend::Stall(after, time), Bend::Straight),
            Some(Fault::CutAnswer(after)) => (Bend::Straight, Bend::Cut(after)),
            Some(Fault::StallAnswer(after, time)) => (Bend::Straight, Bend::Stall(after, time)),
            Some(Fault::Trickle(pause)) => (Bend::Straight, Bend::Trickle(pause)),
            _ => (Bend::Straight, Bend::Straight),
        };
        if let Some(Fault::Answer(status, code)) = fault {
            request.into_body().collect().await.map_err(io::Error::other)?;
            return Ok(refusal(status, code));
        }
        let answer = self.forward(request.map(|body| bent(body, up))).await?;
        match fault {
            Some(Fault::LoseAnswer) => {
                answer.into_body().collect().await.map_err(io::Error::other)?;
                return Err(io::Error::other("the answer is lost"));
            }
            Some(Fault::AnswerInstead(status, code)) => {
                answer.into_body().collect().await.map_err(io::Error::other)?;
                return Ok(refusal(status, code));
            }
            Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
            _ => {}
        }
        Ok(answer.map(|body| bent(body, down)))
    }

    /// Notes a request; returns what is to go wrong with it.
    fn note(&self, request: &Request<Incoming>) -> Option<Fault> {
        let operation = Operation::of(request);
        let mut head = format!("{} {}\r\n", request.method(), request.uri());
        for (name, value) in request.headers() {
            write!(head, "{name}: {}\r\n", value.to_str().unwrap()).unwrap();
        }
        self.noted.lock().unwrap().push(Noted { operation, head: head.to_lowercase() });
        let mut script = self.script.lock().unwrap();
        let line = script.iter_mut().find(|line| line.operation == operation && line.times > 0)?;
        line.times -= 1;
        Some(line.fault)
    }

    /// Sends a request on over a connection of its own.
    async fn forward(&self, request: Request<Body>) -> Result<Response<Incoming>, io::Error> {
        let upstream = TcpStream::connect(&self.upstream).await?;
        upstream.set_nodelay(true)?;
        let (mut sender, connection) =
            client::conn::http1::handshake(TokioIo::new(upstream)).await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        sender.send_request(request).await.map_err(io::Error::other)
    }
}

/// Answers as S3 refuses.
fn refusal(status: u16, code: &str) -> Response<Body> {
    let text = format!("<Error><Code>{code}</Code><Message>as the script says</Message></Error>");
    let body = Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed_unsync();
    Response::builder().status(status).body(body).unwrap()
}
