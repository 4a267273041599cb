//! Connections for folders on the web that somebody else named: names are looked up by whoever decides what may be
//! reached, no redirect is followed, and no proxy asked, which would look names up itself.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use std::time::Duration;

use object_store::client::{ClientOptions, HttpClient, HttpConnector};
use reqwest::ClientBuilder;
use reqwest::dns::{Name, Resolve, Resolving};
use reqwest::redirect::Policy;

/// For a connection to come about. A file may take as long as it takes: that is watched elsewhere.
const CONNECT: Duration = Duration::from_secs(10);

/// Who looks names up.
#[derive(Clone)]
pub struct Guard(Arc<dyn Resolve>);

impl Guard {
    /// Connects only to what this answers.
    pub fn new(names: Arc<dyn Resolve>) -> Self {
        Self(names)
    }
}

impl Guard {
    pub(super) fn client(&self, builder: ClientBuilder) -> reqwest::Result<reqwest::Client> {
        let builder = builder.no_proxy().redirect(Policy::none()).connect_timeout(CONNECT);
        builder.dns_resolver(Arc::new(self.clone())).build()
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        self.0.resolve(name)
    }
}

impl PartialEq for Guard {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Guard {}

impl Debug for Guard {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

impl HttpConnector for Guard {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let headers = options.get_default_headers().cloned().unwrap_or_default();
        let client = self.client(reqwest::Client::builder().https_only(true).default_headers(headers));
        let client = client
            .map_err(|error| object_store::Error::Generic { store: "HTTP", source: Box::new(error) })?;
        Ok(HttpClient::new(client))
    }
}
