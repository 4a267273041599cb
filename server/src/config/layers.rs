//! What was said about each key, and where: the raw values, one layer over the other.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::ops::RangeInclusive;
use std::str::FromStr;

use toml::{Spanned, Value};
use url::Url;

use super::ConfigError;
use super::keys::{KEYS, Key, Kind, find, like};
use super::standard;

/// The name of the file in the server's folder.
pub const FILE: &str = "server.toml";

/// Variables with this beginning set keys: `COOKSHELF_SERVER_LISTEN`.
pub const VARIABLES: &str = "COOKSHELF_SERVER_";

/// Where a value was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere.
    Default,
    /// In a file, at a line.
    File(String, usize),
    /// In a variable.
    Variable(String),
    /// On the command line.
    Flag(&'static str),
}

impl Display for Origin {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(path, line) => write!(f, "{path}:{line}"),
            Origin::Variable(name) => f.write_str(name),
            Origin::Flag(name) => write!(f, "--{}", name.replace('_', "-")),
        }
    }
}

/// What was said, the last word for each key.
#[derive(Debug, Clone, PartialEq)]
pub struct Layers(BTreeMap<&'static str, (Value, Origin)>);

impl Layers {
    /// Nothing was said yet.
    pub fn defaults() -> Self {
        let value =
            |text: &str| toml::from_str::<BTreeMap<String, Value>>(&format!("x = {text}")).ok()?.remove("x");
        let known = KEYS.iter().filter_map(|key| Some((key.name, (value(key.default)?, Origin::Default))));
        Self(known.collect())
    }

    /// Takes what a file says over.
    pub fn with_file(mut self, text: &str, path: &str) -> Result<Self, ConfigError> {
        let line = |at: usize| 1 + text.get(..at).unwrap_or(text).matches('\n').count();
        let lines: BTreeMap<Spanned<String>, Value> = toml::from_str(text).map_err(|error| ConfigError {
            origin: Origin::File(path.to_owned(), line(error.span().map_or(0, |span| span.start))),
            message: error.message().to_owned(),
        })?;
        for (name, value) in lines {
            self.say(name.get_ref(), value, Origin::File(path.to_owned(), line(name.span().start)))?;
        }
        Ok(self)
    }

    /// Takes what variables say over: first those that all programs with traces know, then our own.
    pub fn with_variables(
        mut self,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let variables: Vec<(String, String)> = variables.into_iter().collect();
        for (name, variable, text) in standard::said(&variables)? {
            let (key, origin) = (known(name), Origin::Variable(variable.to_owned()));
            self.say(name, written(key, text, &origin)?, origin)?;
        }
        for (variable, text) in variables {
            let Some(name) = variable.strip_prefix(VARIABLES) else { continue };
            let name = name.to_ascii_lowercase();
            let origin = Origin::Variable(variable);
            let value = match find(&name) {
                Some(key) => written(key, &text, &origin)?,
                None => Value::String(text),
            };
            self.say(&name, value, origin)?;
        }
        Ok(self)
    }

    /// Takes what was typed over.
    pub fn with_flags(
        mut self,
        flags: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Result<Self, ConfigError> {
        for (name, text) in flags {
            let value = written(known(name), &text, &Origin::Flag(name))?;
            self.say(name, value, Origin::Flag(name))?;
        }
        Ok(self)
    }

    fn say(&mut self, name: &str, value: Value, origin: Origin) -> Result<(), ConfigError> {
        let Some(key) = find(name) else {
            let like = like(name).map_or(String::new(), |like| format!("; did you mean `{like}`?"));
            return Err(ConfigError { origin, message: format!("there is no key `{name}`{like}") });
        };
        let fits = match key.kind {
            Kind::Text => value.is_str(),
            Kind::Whole => value.is_integer(),
            Kind::List | Kind::Headers => {
                value.as_array().is_some_and(|texts| texts.iter().all(Value::is_str))
            }
        };
        if !fits {
            let wanted = match key.kind {
                Kind::Text => "a text in quotes",
                Kind::Whole => "a whole number",
                Kind::List => "a list of texts, such as [\"a\", \"b\"]",
                Kind::Headers => "a list of texts, such as [\"name=value\"]",
            };
            return Err(ConfigError { origin, message: format!("`{name}` is {wanted}") });
        }
        self.0.insert(key.name, (value, origin));
        Ok(())
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.0.get(name)?.0.as_str().map(str::to_owned)
    }

    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let texts = self.0.get(name).and_then(|(value, _)| value.as_array());
        texts.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    pub(super) fn parsed<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T, ConfigError> {
        self.text(name).unwrap_or_default().parse().map_err(|error: T::Err| self.wrong(name, &error))
    }

    pub(super) fn parsed_list<T: FromStr<Err: Display>>(&self, name: &str) -> Result<Vec<T>, ConfigError> {
        let parse = |text: &String| text.parse().map_err(|error: T::Err| self.wrong(name, &error));
        self.list(name).iter().map(parse).collect()
    }

    pub(super) fn whole(&self, name: &str, range: RangeInclusive<usize>) -> Result<usize, ConfigError> {
        let said = self.0.get(name).and_then(|(value, _)| value.as_integer());
        let within = said.and_then(|said| usize::try_from(said).ok()).filter(|said| range.contains(said));
        within.ok_or_else(|| self.wrong(name, &format!("it is {} to {}", range.start(), range.end())))
    }

    /// Where a value was said.
    pub(super) fn origin(&self, name: &str) -> Origin {
        self.0.get(name).map_or(Origin::Default, |(_, origin)| origin.clone())
    }

    pub(super) fn wrong(&self, name: &str, cause: &dyn Display) -> ConfigError {
        ConfigError { origin: self.origin(name), message: format!("`{name}` cannot be used: {cause}") }
    }

    /// A line for each key, with where it was said; passwords are not shown.
    pub fn shown(&self) -> String {
        let line = |key: &Key| match self.0.get(key.name) {
            Some((value, origin)) => {
                format!("{} = {}  # {origin}; {}\n", key.name, redacted(key, value), key.about)
            }
            None => format!("# {} is not set; {}\n", key.name, key.about),
        };
        KEYS.iter().map(line).collect()
    }
}

/// The key of a name that this program says itself.
fn known(name: &'static str) -> &'static Key {
    find(name).expect("flags and variables that others know are named after keys")
}

fn redacted(key: &Key, value: &Value) -> Value {
    if let (Kind::Headers, Some(headers)) = (key.kind, value.as_array()) {
        // What has no name may be nothing but a secret.
        let name = |header: &Value| Some(header.as_str()?.split_once('=')?.0.trim().to_owned());
        let shown = headers
            .iter()
            .map(|header| name(header).map_or("***".into(), |name| format!("{name}=***").into()));
        return Value::Array(shown.collect());
    }
    let Some(mut url) = value.as_str().and_then(|text| Url::parse(text).ok()) else { return value.clone() };
    if url.password().is_some() {
        // An address that has a password can have another one.
        let _ = url.set_password(Some("***"));
    }
    url.set_query(None);
    Value::String(url.to_string())
}

/// A value as it is written where there are only texts.
fn written(key: &Key, text: &str, origin: &Origin) -> Result<Value, ConfigError> {
    let wrong =
        |wanted: &str| ConfigError { origin: origin.clone(), message: format!("`{}` is {wanted}", key.name) };
    match key.kind {
        Kind::Text => Ok(Value::String(text.to_owned())),
        Kind::Whole => text.trim().parse().map(Value::Integer).map_err(|_| wrong("a whole number")),
        Kind::List | Kind::Headers => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Ok(Value::Array(parts.map(|part| Value::String(part.to_owned())).collect()))
        }
    }
}
