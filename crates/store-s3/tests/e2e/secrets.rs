//! A whole conversation with the server, traced in full, shows no secret (S15).

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::TryStreamExt;
use links::{
    FormSigner as _, Lifetime, LinkOptions, LinkSigner as _, PostKey, PostPolicy, PostType,
    UploadSigner as _, UploadTerms,
};
use store::{CopyOptions, ErrorKind, List, PutMode, Store, StoreExt, When};
use store_s3::{EncryptionMode, Secret};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::proxy::{Fault, Operation, Proxy};
use super::server::{self, key};

/// Writes down everything that is traced, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn write(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
        let mut line = Line(format!("{} {}", metadata.level(), metadata.target()));
        record(&mut line);
        let mut log = self.0.lock().unwrap();
        log.push_str(&line.0);
        log.push('\n');
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.write(span.metadata(), |line| span.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        self.0.lock().unwrap().push_str(&line.0);
    }

    fn event(&self, event: &Event<'_>) {
        self.write(event.metadata(), |line| event.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

const SECRET: &str = "hush-access-secret-9f31";
const TOKEN: &str = "hush-session-token-77aa";
const KEY: &str = "aHVzaC1odXNoLWh1c2gtaHVzaC1odXNoLWh1c2gtaCE=";

/// On one thread, which the log is set for.
#[tokio::test]
async fn s15_a_whole_conversation_traced_shows_no_secret() {
    let mut config = server::config("traced");
    server::open(&config).await;
    let proxy = Proxy::start(&server::endpoint()).await;
    config.endpoint = Some(proxy.origin().to_owned());
    config.transfer.part_size = 5 << 20;
    config.transfer.attempts = 2;
    // LocalStack does not verify the signatures of requests.
    config.credentials.secret_access_key = Some(Secret::new(SECRET));
    config.credentials.session_token = Some(Secret::new(TOKEN));

    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let signed = converse(&config, &proxy).await;
    config.objects.encryption = Some(EncryptionMode::Customer);
    config.objects.customer_key = Some(Secret::new(KEY));
    let store = server::open(&config).await;
    server::put(&store, "with a key", "text").await;
    store.read_to_end(&key("with a key"), 100).await.unwrap();
    drop(guard);

    let noted = proxy.noted();
    let sent = noted.iter().filter_map(|noted| noted.head.split_once("signature=")?.1.get(..64));
    let sent: Vec<String> = sent.map(str::to_owned).collect();
    assert!(sent.len() > 15, "{}", sent.len());
    let log = log.0.lock().unwrap();
    assert!(log.contains("TRACE") && log.contains("DEBUG"), "nothing is traced");
    let secrets = [SECRET, TOKEN, KEY].into_iter().chain(sent.iter().chain(&signed).map(String::as_str));
    let secrets: Vec<_> = secrets.collect();
    let shown: Vec<_> =
        log.lines().filter(|line| secrets.iter().any(|secret| line.contains(secret))).collect();
    assert!(shown.is_empty(), "secrets in {} lines, such as {:.600}", shown.len(), shown[0]);
}

/// Does everything once; returns the signatures that were handed out.
async fn converse(config: &store_s3::S3Config, proxy: &Proxy) -> Vec<String> {
    let store = server::open(config).await;
    server::put(&store, "small", "text").await;
    server::put(&store, "large", vec![1; 6 << 20]).await;
    proxy.script(Operation::GetObject, Fault::CutAnswer(2), 1);
    proxy.script(Operation::HeadObject, Fault::Answer(503, "SlowDown"), 2);
    store.read_to_end(&key("small"), 100).await.unwrap();
    let busy = store.head(&key("small")).await.unwrap_err();
    assert_eq!(busy.kind(), ErrorKind::Unavailable);
    tracing::error!(error = ?busy, "as a program would");
    assert!(!store.exists(&key("missing")).await.unwrap());
    store.copy(&key("large"), &key("copy"), CopyOptions::default().with_mode(PutMode::Create)).await.unwrap();
    let _: Vec<_> = store.list(List::default()).try_collect().await.unwrap();
    store.probe().await.unwrap();
    store.delete(&key("small"), When::Always).await.unwrap();
    store.delete_all([key("large"), key("copy")]).await.unwrap();

    let life = Duration::from_mins(5);
    let link = store.links().unwrap().link(&key("a"), &LinkOptions::lasting(life)).await.unwrap();
    let uploads = store.uploads().unwrap();
    let terms = UploadTerms::new(Lifetime::Fixed(life), "image/png", 12);
    let upload = uploads.upload(&key("a"), &terms).await.unwrap();
    let image = PostType::Exactly("image/png".to_owned());
    let policy = PostPolicy::new(Lifetime::Fixed(life), PostKey::Object(key("a")), 1..=12, image);
    let form = uploads.form(&policy).await.unwrap();
    tracing::info!(?link, ?upload, ?form, ?store, ?config, "as a program would");
    let of_url = |url: &str| url.split_once("X-Amz-Signature=").unwrap().1[..64].to_owned();
    let of_form = form.expose_fields().find(|(name, _)| *name == "x-amz-signature").unwrap().1;
    vec![of_url(link.expose()), of_url(upload.url().expose()), of_form.to_owned()]
}
