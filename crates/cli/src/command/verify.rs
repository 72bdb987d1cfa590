//! `hallpass verify`

use std::fmt;

use clap::Args;
use download::Viewer;
use gateway::{Gateway, Verdict};
use serde::Serialize;

use super::link::Reading;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// Say whether a private link is good now, and why not: exit code 0 or 3
///
/// Put the URL in single quotes; a shell would cut it at `&`. The host is not compared, a gateway may have several
/// names. The reason is for you: a client learns nothing but 404.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The link
    url: String,

    /// Ask as this user
    #[arg(long, value_name = "USER")]
    user: Option<String>,

    /// Ask with this method
    #[arg(long, value_name = "METHOD", default_value = "GET", ignore_case = true)]
    method: Reading,
}

/// The verdict, for programs and for people.
#[derive(Serialize)]
#[serde(transparent)]
struct Told(Verdict);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.0.valid { "valid" } else { "not valid" };
        write!(f, "{word}: {}", self.0.reason)
    }
}

impl Verify {
    pub(crate) async fn run(self, context: &Context) -> Outcome {
        if !is_url(&self.url) {
            let text = format!("failed to verify `{}`: not a URL", self.url.escape_debug());
            return Err(Failure::said(Exit::Usage, text).with_advice("put the whole link in quotes"));
        }
        let (config, around) = (context.config()?, Context::surroundings());
        let gateway =
            context.with_secrets(&config, async || Ok(Gateway::new(config.clone(), &around).await?)).await?;
        let method = match self.method {
            Reading::Get => http::Method::GET,
            Reading::Head => http::Method::HEAD,
        };
        let verdict = gateway.verify(&self.url, &method, self.user.map(Viewer::user)).await;
        let exit = if verdict.valid { Exit::Done } else { Exit::Refused };
        context.output().answer(&Told(verdict))?;
        if exit == Exit::Refused && config.keys.is_none() && matches!(around.state().announced(), Ok(None)) {
            context
                .output()
                .note("note: no gateway runs in this directory; only its own directory has its secret");
        }
        Ok(exit)
    }
}

/// Tells whether a text is a URL, or the path and query of one.
fn is_url(text: &str) -> bool {
    text.parse::<http::Uri>().is_ok_and(|uri| uri.scheme().is_some() || text.starts_with('/'))
}
