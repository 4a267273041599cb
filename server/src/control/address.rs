//! The address of the database. Its password is never shown.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use sqlx::ConnectOptions;
use sqlx::any::AnyConnectOptions;
use url::Url;

use super::error::ControlError;

/// Which database, and how it is reached.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    url: Url,
    kind: DatabaseKind,
}

/// Which of the two databases it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file of this machine, for one server.
    Sqlite,
    /// A database of its own, for several replicas.
    Postgres,
}

const FORMS: &str = "the address of a database is sqlite:PATH or postgres://user:password@host/database";

impl DatabaseUrl {
    /// A file of this machine.
    pub fn file(path: &Path) -> Result<Self, ControlError> {
        let wrong =
            || ControlError::Address { message: format!("{} cannot name a database", path.display()) };
        let whole = std::path::absolute(path).map_err(|_| wrong())?;
        // Through a file address, so that odd letters of a path are escaped.
        let file = Url::from_file_path(&whole).map_err(|()| wrong())?;
        let url = Url::parse(&format!("sqlite://{}", file.path())).map_err(|_| wrong())?;
        Ok(Self { url, kind: DatabaseKind::Sqlite })
    }

    /// Which database it is.
    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// Makes the file when it is not there; nobody else on the machine may read it.
    pub(super) fn create_file(&self) -> Result<(), ControlError> {
        let Ok(path) = Url::parse(&format!("file://{}", self.url.path()))
            .and_then(|url| url.to_file_path().map_err(|()| url::ParseError::EmptyHost))
        else {
            return Err(ControlError::Address { message: FORMS.to_owned() });
        };
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).map(drop).map_err(|error| {
            let message = format!("cannot write the database {}: {error}", path.display());
            match error.kind() {
                // Its folder is missing: nobody but a person makes one.
                std::io::ErrorKind::NotFound => ControlError::Address { message },
                _ => ControlError::unavailable(message),
            }
        })
    }

    /// How to connect.
    pub(super) fn options(&self) -> Result<AnyConnectOptions, ControlError> {
        Ok(AnyConnectOptions::from_url(&self.url)?.disable_statement_logging())
    }

    #[cfg(test)]
    pub(super) fn url(&self) -> &Url {
        &self.url
    }
}

impl FromStr for DatabaseUrl {
    type Err = ControlError;

    fn from_str(text: &str) -> Result<Self, ControlError> {
        let wrong = || ControlError::Address { message: FORMS.to_owned() };
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path.contains(['?', ':']) {
                return Err(wrong());
            }
            return Self::file(Path::new(path));
        }
        let url = Url::parse(text).map_err(|_| wrong())?;
        match url.scheme() {
            "postgres" | "postgresql" if url.has_host() => Ok(Self { url, kind: DatabaseKind::Postgres }),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.url.clone();
        // What follows a question mark may hold a password as well. Neither call fails on an address with a host.
        shown.set_query(None);
        if shown.password().is_some() && shown.set_password(Some("***")).is_err() {
            return f.write_str("postgres://…");
        }
        write!(f, "{shown}")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_understood_and_show_no_password() {
        let postgres: DatabaseUrl =
            "postgres://u:hidden@db.example:5433/shop?password=hidden".parse().unwrap();
        assert_eq!(postgres.kind(), DatabaseKind::Postgres);
        assert_eq!(format!("{postgres} {postgres:?}").matches("hidden").count(), 0);
        assert!(postgres.to_string().contains("db.example:5433/shop"), "{postgres}");
        for text in ["sqlite:/tmp/a b/x.db", "sqlite:///tmp/a b/x.db"] {
            let file: DatabaseUrl = text.parse().unwrap();
            assert_eq!((file.kind(), file.url().path()), (DatabaseKind::Sqlite, "/tmp/a%20b/x.db"), "{text}");
        }
        for text in
            ["", "x.db", "sqlite:", "sqlite::memory:", "mysql://h/x", "postgres:x", "sqlite:x?mode=ro"]
        {
            assert!(text.parse::<DatabaseUrl>().unwrap_err().to_string().contains("sqlite:PATH"), "{text}");
        }
    }
}
