//! An axum app with private media: its page shows a link to `media/welcome.txt` that works for a minute.
//!
//! It makes the directory `media` where it is started.

use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use hallpass::store::{PutMode, PutOptions};
use hallpass::store_fs::MissingRoot;
use hallpass::{
    Audience, BaseUrl, Download, FileStore, KeyId, KeyRing, LinkOptions, ObjectKey, PassLinks, Passes,
    Purpose, Secret, StoreExt,
};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let store = FileStore::builder().with_missing_root(MissingRoot::Create).open("media")?;
    let welcome = ObjectKey::parse("welcome.txt")?;
    store.put(&welcome, PutOptions::default(), "Hello, you.\n".into(), PutMode::Overwrite).await?;

    // An app reads its secret from where it keeps secrets; this one is good until the process ends.
    let ring = KeyRing::new(KeyId::parse("demo")?, Secret::random()?);
    let passes = Passes::new(&ring, Purpose::Download, &Audience::new("/media/")?);
    let base = BaseUrl::parse("http://127.0.0.1:3000/media/")?;
    let links = PassLinks::new(base.clone(), passes.clone());
    let media = Download::new(store, passes).with_mount(&base);

    let page = move || async move {
        let link = links.object(&welcome, &LinkOptions::lasting(Duration::from_mins(1)));
        link.map_or_else(|error| error.to_string(), |link| format!("{}\n", link.expose()))
    };
    let app = Router::new().route("/", get(page)).route_service("/media/{*key}", media);
    axum::serve(TcpListener::bind("127.0.0.1:3000").await?, app).await?;
    Ok(())
}
