//! What a store's answer means, in words of our own.
//!
//! The words of clients and servers quote addresses, headers and what was signed, so only the code of an
//! answer, or the innermost cause, is passed on, and what looks like an address or a key is taken out.

use std::io;

use super::location::bare;

/// Values that must not be shown.
#[derive(Clone, Default)]
pub(super) struct Secrets(Vec<String>);

/// Shorter values are no secrets, and taking them out would garble words.
const SHORTEST_SECRET: usize = 4;
const LONGEST_CAUSE: usize = 200;

/// Codes of stores for places that are not there …
const MISSING: [&str; 3] = ["ContainerNotFound", "NoSuchBucket", "BlobNotFound"];
/// … and for keys that do not open them.
const REFUSED: [&str; 6] = [
    "AuthorizationFailure",
    "AuthenticationFailed",
    "AccessDenied",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
];

impl Secrets {
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let long = values.filter(|value| value.len() >= SHORTEST_SECRET);
        Self(long.map(str::to_owned).collect())
    }

    fn hidden(&self, text: &str) -> String {
        let text = self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "…"));
        let words = text.split_whitespace().map(|word| match word.contains("://") {
            true => bare(word.trim_matches(|mark: char| "()<>\"',;".contains(mark))),
            false => word.to_owned(),
        });
        words.collect::<Vec<_>>().join(" ").chars().take(LONGEST_CAUSE).collect()
    }

    /// The failure as an error of the system.
    pub(super) fn explain(&self, error: &object_store::Error) -> io::Error {
        let text = error.to_string();
        let code = between(&text, "<Code>", "</Code>").unwrap_or_default();
        let shown = if code.is_empty() { String::new() } else { format!(" ({code})") };
        let (kind, message) = match meaning(error, &text, code) {
            Meaning::Missing => {
                (io::ErrorKind::NotFound, format!("there is no such file, bucket or container{shown}"))
            }
            Meaning::Refused => {
                let text =
                    format!("the store refused access{shown}; check the credentials and what they allow");
                (io::ErrorKind::PermissionDenied, text)
            }
            Meaning::Changed => {
                (io::ErrorKind::Other, "it was changed while it was read; start again".to_owned())
            }
            Meaning::BadName => {
                let text = "a name in it is empty or holds control characters; rename it";
                (io::ErrorKind::InvalidInput, text.to_owned())
            }
            Meaning::Unable => (io::ErrorKind::Unsupported, "the store cannot do this".to_owned()),
            Meaning::Other => (io::ErrorKind::Other, self.cause(error, &shown)),
        };
        io::Error::new(kind, self.hidden(&message))
    }

    fn cause(&self, error: &object_store::Error, code: &str) -> String {
        if !code.is_empty() {
            return format!("the store answered with an error{code}");
        }
        let mut innermost: &dyn std::error::Error = error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        self.hidden(innermost.to_string().lines().next().unwrap_or_default())
    }
}

enum Meaning {
    Missing,
    Refused,
    Changed,
    BadName,
    Unable,
    Other,
}

/// The client only tells errors of single files apart; those of lists by what the store said.
fn meaning(error: &object_store::Error, text: &str, code: &str) -> Meaning {
    use object_store::Error;
    let status = |status: &str| text.contains(&format!("status code: {status}"));
    match error {
        Error::NotFound { .. } => Meaning::Missing,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => Meaning::Refused,
        Error::Precondition { .. } => Meaning::Changed,
        Error::InvalidPath { .. } => Meaning::BadName,
        Error::NotImplemented { .. } | Error::NotSupported { .. } => Meaning::Unable,
        _ if MISSING.contains(&code) || status("404") => Meaning::Missing,
        _ if REFUSED.contains(&code) || status("401") || status("403") => Meaning::Refused,
        _ => Meaning::Other,
    }
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let rest = &text[text.find(start)? + start.len()..];
    let code = &rest[..rest.find(end)?];
    (code.len() < 60 && code.chars().all(|char| char.is_ascii_alphanumeric() || "_-.".contains(char)))
        .then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(error: &object_store::Error) -> String {
        Secrets::of(["the-key", "x"].into_iter()).explain(error).to_string()
    }

    #[test]
    fn codes_are_passed_on_and_secrets_are_not() {
        let generic = |text: &str| object_store::Error::Generic { store: "S3", source: text.into() };
        let denied = object_store::Error::PermissionDenied {
            path: "p".to_owned(),
            source: "403: <Code>SignatureDoesNotMatch</Code><StringToSign>the-key</StringToSign>".into(),
        };
        let cases = [
            (denied, "SignatureDoesNotMatch"),
            (generic("<Code>InternalError</Code> the-key"), "InternalError"),
            (generic("<Code>NoSuchBucket</Code>"), "there is no such"),
            (generic("status code: 403 Forbidden: the-key"), "refused access"),
            (generic("error for url (https://h.example/x?sig=hidden): refused"), "https://h.example/x"),
            (generic("bad the-key"), "bad …"),
            (generic("<Code>the-key and more</Code>"), "…"),
        ];
        for (error, words) in cases {
            let text = explained(&error);
            assert!(text.contains(words) && !text.contains("hidden") && !text.contains("the-key"), "{text}");
        }
    }
}
