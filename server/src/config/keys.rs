//! Every key that can be set: its kind, its default, and what it is for.

/// One thing that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Its name in the file; upper-case behind the beginning of our variables.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What holds when nobody says anything, as TOML; empty where there is no default.
    pub default: &'static str,
    /// What it is for.
    pub about: &'static str,
}

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Whole,
    /// Texts; separated by commas in a variable.
    List,
    /// The same, each `name=value`; what they hold is never shown.
    Headers,
}

const fn key(name: &'static str, kind: Kind, default: &'static str, about: &'static str) -> Key {
    Key { name, kind, default, about }
}

/// Every key.
pub const KEYS: [Key; 32] = [
    key("listen", Kind::Text, "\"127.0.0.1:8788\"", "address to listen on"),
    key("workers", Kind::Whole, "0", "threads that answer requests; 0 for one a core"),
    key(
        "database",
        Kind::Text,
        "",
        "postgres://… for several servers; a file in the server's folder when not said",
    ),
    key("artifacts", Kind::Text, "\"artifacts\"", "where models lie: a folder, s3://…, az://… or gs://…"),
    key("credentials", Kind::Text, "", "file with the keys to the store of the artifacts"),
    key("secret", Kind::Text, "\"secret\"", "file of the master secret that keys of manifests come from"),
    key("folders", Kind::List, "[]", "folders of this machine that modelings may read"),
    key(
        "networks",
        Kind::List,
        "[]",
        "ranges such as 10.0.0.0/8 that modelings may reach although they are not public",
    ),
    key("hosts", Kind::List, "[]", "hosts that modelings may reach whatever their address is"),
    key(
        "cooks_at_once",
        Kind::Whole,
        "1",
        "cooks that run at the same time; 0 for a server that only serves",
    ),
    key("blob_memory", Kind::Text, "\"512 MiB\"", "memory for blobs that were asked for lately"),
    key(
        "trusted_proxies",
        Kind::List,
        "[]",
        "addresses, or ranges of them, of proxies whose X-Forwarded-For is believed",
    ),
    key(
        "tls_certificate",
        Kind::Text,
        "",
        "PEM file with the certificate and those that lead to its root; read again when it changes",
    ),
    key("tls_key", Kind::Text, "", "PEM file with the key of the certificate"),
    key("log", Kind::Text, "\"text\"", "how lines of the log look: text or json"),
    key("log_level", Kind::Text, "\"info\"", "the least that is logged: info, warn or error"),
    key(
        "traces",
        Kind::Text,
        "",
        "http://… of an OpenTelemetry collector that traces are sent to over HTTP; none when not said",
    ),
    key("traces_headers", Kind::Headers, "[]", "lines that requests to the collector have, each name=value"),
    key(
        "traces_protocol",
        Kind::Text,
        "\"http/protobuf\"",
        "how traces are sent: http/protobuf or http/json",
    ),
    key("traces_service", Kind::Text, "", "name of this service in traces; cookshelf when not said"),
    key(
        "traces_resource",
        Kind::List,
        "[]",
        "what else traces say of this server, each name=value, such as deployment.environment.name=production",
    ),
    key(
        "traces_sampler",
        Kind::Text,
        "\"parentbased_always_on\"",
        "which traces are taken: always_on, always_off or traceidratio, also behind parentbased_",
    ),
    key("traces_sampler_arg", Kind::Text, "\"1\"", "the share of traces that traceidratio takes, 0 to 1"),
    key(
        "issuers",
        Kind::Text,
        "",
        "file with identity providers whose tokens are taken, and what they grant; only keys when not said",
    ),
    key("broker", Kind::Text, "", "nats://… of a JetStream broker that rows of modelings come from"),
    key("broker_credentials", Kind::Text, "", "file with the credentials of the broker"),
    key(
        "package",
        Kind::Text,
        "",
        "folder of the built npm package, such as node_modules/cookshelf, with which the console shows lists",
    ),
    key(
        "sweep_hours",
        Kind::Whole,
        "1",
        "hours between two looks through the store for what nobody needs any more; 0 for never",
    ),
    key("keep_log_days", Kind::Whole, "90", "days that logs of cooks are kept"),
    key("keep_cooks", Kind::Whole, "500", "cooks that are kept of a modeling, beside those of kept models"),
    key(
        "audit_files",
        Kind::Text,
        "\"off\"",
        "daily: the audit of each account as a file of each day in the store, lines of JSON; or off",
    ),
    key("requests_per_second", Kind::Whole, "50", "of one caller, for everything but downloads"),
];

/// The key of a name.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The key with the most similar name, to be proposed.
pub(super) fn like(name: &str) -> Option<&'static str> {
    let near = |key: &&Key| {
        let common = key.name.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
        common >= 3
    };
    KEYS.iter().find(near).map(|key| key.name)
}
