//! Opens a client for one container with the credentials that were given.
//!
//! Unless ambient credentials are allowed, nothing is taken from the environment, from files of the
//! machine or from an instance's identity: a store without keys is an error, not a guess. It sends nothing
//! yet, so wrong keys only show when something is read.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::client::ClientOptions;
use object_store::gcp::{GcpCredential, GoogleCloudStorageBuilder};
use object_store::http::HttpBuilder;
use object_store::{
    BackoffConfig, HeaderMap, HeaderValue, ObjectStore, RetryConfig, StaticCredentialProvider,
};

use super::credentials::{Ambient, Credentials};
use super::error::StorageError;
use super::location::{Kind, Place};

/// One request moves at most a few megabytes, so one that takes longer hangs.
const REQUEST: Duration = Duration::from_secs(60);

/// The client of a place.
pub(super) fn connect(place: &Place, keys: &Credentials) -> Result<Arc<dyn ObjectStore>, StorageError> {
    let asked = Asked { place, keys };
    match place.kind {
        Kind::Azure => azure(&asked),
        Kind::S3 => s3(&asked),
        Kind::Gcs => gcs(&asked),
        Kind::Http => web(&asked),
    }
}

struct Asked<'a> {
    place: &'a Place,
    keys: &'a Credentials,
}

impl Asked<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.keys.get(self.place.kind, key)
    }

    fn switch(&self, key: &str) -> Result<bool, StorageError> {
        self.keys.switch(self.place.kind, key).ok_or_else(|| self.refuse(&format!("{key} is true or false")))
    }

    fn ambient(&self) -> bool {
        self.keys.ambient == Ambient::Allowed
    }

    fn refuse(&self, message: &str) -> StorageError {
        StorageError::Credentials { place: self.place.shown.clone(), message: message.to_owned() }
    }

    /// The crate's own words may quote what was given.
    fn unusable(&self, _: object_store::Error) -> StorageError {
        self.refuse(
            "the credentials for this place are incomplete or not well formed; compare them with --help",
        )
    }

    fn no_keys(&self, wanted: &str) -> StorageError {
        let text = format!(
            "no credentials were given; give {wanted} by --credentials FILE, or anonymous = true for public data, or \
             use --ambient-credentials"
        );
        self.refuse(&text)
    }

    /// An endpoint in clear text is only used when that is meant.
    fn options(&self) -> Result<ClientOptions, StorageError> {
        let clear = self.switch("allow_http")?;
        if !clear && self.get("endpoint").is_some_and(|endpoint| endpoint.starts_with("http://")) {
            return Err(self.refuse(
                "the endpoint is http://, which anyone can read; set allow_http = true if that is meant",
            ));
        }
        Ok(ClientOptions::new().with_allow_http(clear).with_timeout(REQUEST))
    }
}

fn retries() -> RetryConfig {
    let backoff = BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(4),
        base: 2.0,
    };
    RetryConfig { backoff, max_retries: 6, retry_timeout: Duration::from_secs(60) }
}

fn azure(asked: &Asked<'_>) -> Result<Arc<dyn ObjectStore>, StorageError> {
    let mut builder = match asked.ambient() {
        true => MicrosoftAzureBuilder::from_env(),
        false => MicrosoftAzureBuilder::new(),
    };
    builder = builder.with_container_name(&asked.place.container);
    builder = builder.with_client_options(asked.options()?).with_retry(retries());
    let account = asked.place.account.as_deref();
    if let (Some(named), Some(given)) = (account, asked.get("account_name"))
        && named != given
    {
        return Err(asked.refuse("account_name of the credentials is another account than the address names"));
    }
    match account.or(asked.get("account_name")) {
        Some(account) => builder = builder.with_account(account),
        None if asked.ambient() => {}
        None => return Err(asked.refuse("the account is not named; give account_name by --credentials FILE")),
    }
    if let Some(endpoint) = asked.get("endpoint") {
        builder = builder.with_endpoint(endpoint.to_owned());
    }
    let signature = asked.place.sas.as_deref().or(asked.get("sas_token"));
    if let Some(signature) = signature {
        builder = builder.with_config(AzureConfigKey::SasKey, signature);
    } else if let Some(key) = asked.get("account_key") {
        builder = builder.with_access_key(key);
    } else if let Some(token) = asked.get("bearer_token") {
        builder = builder.with_bearer_token_authorization(token);
    } else if let (Some(id), Some(secret), Some(tenant)) =
        (asked.get("client_id"), asked.get("client_secret"), asked.get("tenant_id"))
    {
        builder = builder.with_client_secret_authorization(id, secret, tenant);
    } else if asked.switch("anonymous")? {
        builder = builder.with_skip_signature(true);
    } else if !asked.ambient() {
        return Err(
            asked.no_keys("account_key, sas_token, bearer_token, or client_id, client_secret and tenant_id")
        );
    }
    builder.build().map(|store| Arc::new(store) as _).map_err(|error| asked.unusable(error))
}

fn s3(asked: &Asked<'_>) -> Result<Arc<dyn ObjectStore>, StorageError> {
    let mut builder = match asked.ambient() {
        true => AmazonS3Builder::from_env(),
        false => AmazonS3Builder::new(),
    };
    builder = builder.with_bucket_name(&asked.place.container);
    builder = builder.with_client_options(asked.options()?).with_retry(retries());
    if let Some(region) = asked.get("region") {
        builder = builder.with_region(region);
    }
    if let Some(endpoint) = asked.get("endpoint") {
        builder = builder.with_endpoint(endpoint);
    }
    if asked.switch("virtual_hosted_style")? {
        builder = builder.with_virtual_hosted_style_request(true);
    }
    if let (Some(id), Some(secret)) = (asked.get("access_key_id"), asked.get("secret_access_key")) {
        builder = builder.with_access_key_id(id).with_secret_access_key(secret);
        if let Some(token) = asked.get("session_token") {
            builder = builder.with_token(token);
        }
    } else if asked.switch("anonymous")? {
        builder = builder.with_skip_signature(true);
    } else if !asked.ambient() {
        return Err(asked.no_keys("access_key_id and secret_access_key"));
    }
    builder.build().map(|store| Arc::new(store) as _).map_err(|error| asked.unusable(error))
}

fn gcs(asked: &Asked<'_>) -> Result<Arc<dyn ObjectStore>, StorageError> {
    let mut builder = match asked.ambient() {
        true => GoogleCloudStorageBuilder::from_env(),
        false => GoogleCloudStorageBuilder::new(),
    };
    builder = builder.with_bucket_name(&asked.place.container);
    builder = builder.with_client_options(asked.options()?).with_retry(retries());
    if let Some(endpoint) = asked.get("endpoint") {
        builder = builder.with_base_url(endpoint);
    }
    if let Some(path) = asked.get("service_account") {
        builder = builder.with_service_account_path(path);
    } else if let Some(key) = asked.get("service_account_key") {
        builder = builder.with_service_account_key(key);
    } else if let Some(token) = asked.get("bearer_token") {
        builder = builder.with_credentials(fixed_token(token));
    } else if asked.switch("anonymous")? {
        // A fixed token besides, because the crate would otherwise look for files of this machine.
        builder = builder.with_credentials(fixed_token("")).with_skip_signature(true);
    } else if !asked.ambient() {
        return Err(asked.no_keys("service_account (a file), service_account_key or bearer_token"));
    }
    builder.build().map(|store| Arc::new(store) as _).map_err(|error| asked.unusable(error))
}

fn fixed_token(token: &str) -> Arc<StaticCredentialProvider<GcpCredential>> {
    Arc::new(StaticCredentialProvider::new(GcpCredential { bearer: token.to_owned() }))
}

fn web(asked: &Asked<'_>) -> Result<Arc<dyn ObjectStore>, StorageError> {
    let mut options = asked.options()?;
    if asked.place.container.starts_with("http://") && !asked.switch("allow_http")? {
        return Err(
            asked.refuse("http:// can be read and changed by anyone; use https://, or set allow_http = true")
        );
    }
    // A file comes in one answer here, however large; how long it may stand still is watched elsewhere.
    options = options.with_timeout_disabled();
    if let Some(token) = asked.get("bearer_token") {
        let mut value = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| asked.refuse("bearer_token holds characters that no token has"))?;
        value.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert("authorization", value);
        options = options.with_default_headers(headers);
    }
    let mut builder = HttpBuilder::new()
        .with_url(&asked.place.container)
        .with_client_options(options)
        .with_retry(retries());
    if let Some(guard) = &asked.keys.guard {
        builder = builder.with_http_connector(guard.clone());
    }
    builder.build().map(|store| Arc::new(store) as _).map_err(|error| asked.unusable(error))
}

#[cfg(test)]
mod tests {
    use super::super::location::Location;
    use super::*;

    fn opened(location: &str, keys: &str) -> Result<Arc<dyn ObjectStore>, StorageError> {
        let Ok(Location::Remote(place)) = Location::parse(location) else { panic!("{location}") };
        connect(&place, &Credentials::read(keys, "keys").unwrap())
    }

    #[test]
    fn nothing_is_opened_with_keys_that_were_not_given() {
        let cases = [
            ("s3://b/x", "", "access_key_id"),
            ("s3://b/x", "[s3]\naccess_key_id = \"hidden\"", "access_key_id"),
            ("az://c/x", "", "account_name"),
            ("az://c/x", "[azure]\naccount_name = \"a\"", "account_key"),
            ("az://c/x", "[azure]\naccount_name = \"a\"\naccount_key = \"hidden!\"", "not well formed"),
            ("abfss://c@a.dfs.core.windows.net/x", "[azure]\naccount_name = \"b\"", "another account"),
            ("gs://b/x", "", "service_account"),
            ("gs://b/x", "[gcs]\nservice_account_key = \"hidden\"", "not well formed"),
            ("http://shop.example/x", "", "allow_http"),
            ("s3://b/x", "[s3]\nendpoint = \"http://localhost\"\nanonymous = true", "allow_http"),
            ("s3://b/x", "[s3]\nanonymous = \"maybe\"", "anonymous is true or false"),
        ];
        for (location, keys, words) in cases {
            let error = opened(location, keys).map(drop).unwrap_err().to_string();
            assert!(error.contains(words) && !error.contains("hidden"), "{location} {keys}: {error}");
        }
    }

    #[test]
    fn a_guard_decides_what_is_reached_and_no_redirect_is_followed() {
        use std::io::{Read as _, Write as _};
        use std::sync::atomic::{AtomicUsize, Ordering};

        struct Nowhere(Arc<AtomicUsize>);
        impl reqwest::dns::Resolve for Nowhere {
            fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
                self.0.fetch_add(1, Ordering::Relaxed);
                Box::pin(async { Err("this host is not public".into()) })
            }
        }
        let Ok(Location::Remote(place)) = Location::parse("https://shop.example/x") else { panic!() };
        let asked = Arc::new(AtomicUsize::new(0));
        let mut keys = Credentials::default();
        keys.guard = Some(crate::storage::Guard::new(Arc::new(Nowhere(Arc::clone(&asked)))));
        let store = connect(&place, &keys).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let file = object_store::path::Path::from("x/model.json");
        // It is tried again for a while; that it was not found in a moment is enough here.
        let patience = Duration::from_millis(500);
        let found = runtime.block_on(async {
            tokio::time::timeout(patience, store.get_opts(&file, Default::default())).await
        });
        assert!(!matches!(found, Ok(Ok(_))) && asked.load(Ordering::Relaxed) > 0);

        // The client of a guard, at a server that sends elsewhere.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(
                b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
            );
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let names = Arc::new(Nowhere(Arc::default()));
        let client = crate::storage::Guard::new(names).client(reqwest::Client::builder()).unwrap();
        let answer = runtime.block_on(client.get(format!("http://{address}/")).send()).unwrap();
        assert_eq!(answer.status().as_u16(), 302);
    }

    #[test]
    fn every_store_opens_with_its_keys() {
        let key = "account_key = \"aGlkZGVu\"";
        let cases = [
            ("s3://b/x", "[s3]\naccess_key_id = \"a\"\nsecret_access_key = \"b\"\nregion = \"r\"".to_owned()),
            ("s3://b", "[s3]\nanonymous = true".to_owned()),
            ("az://c/x", format!("[azure]\naccount_name = \"a\"\n{key}")),
            ("https://a.blob.core.windows.net/c/x?sv=1&sig=x", String::new()),
            ("abfss://c@a.dfs.core.windows.net/x", format!("[azure]\n{key}")),
            ("gs://b/x", "[gcs]\nbearer_token = \"t\"".to_owned()),
            ("gs://b/x", "[gcs]\nanonymous = true".to_owned()),
            ("https://shop.example/x", "[http]\nbearer_token = \"t\"".to_owned()),
        ];
        for (location, keys) in cases {
            opened(location, &keys).unwrap();
        }
    }
}
