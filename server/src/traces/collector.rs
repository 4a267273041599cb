//! Where spans go, in which form, and which of them: what settings say, parsed.
//!
//! Invariant: what a header holds is shown nowhere, neither by `Debug` nor in an error.

use std::fmt;
use std::str::FromStr;

use opentelemetry_sdk::trace::Sampler;
use url::Url;

/// Where spans go, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector {
    /// The address that they are posted to.
    pub url: CollectorUrl,
    /// Their form.
    pub protocol: Protocol,
    /// Lines that each request has besides.
    pub headers: Vec<Pair>,
    /// What the server is called, if it has a name of its own.
    pub service: Option<String>,
    /// What else is said of it.
    pub resource: Vec<Pair>,
    /// Which spans are made.
    pub sampling: Sampling,
}

/// The address that spans are posted to.
#[derive(Clone, PartialEq, Eq)]
pub struct CollectorUrl(pub(super) Url);

/// The path of spans below a collector's address.
const PATH: &str = "v1/traces";

impl CollectorUrl {
    /// The address of a collector, where spans have their own path.
    pub fn below(text: &str) -> Result<Self, String> {
        let mut whole = Self::whole(text)?;
        let path = whole.0.path().trim_end_matches('/');
        if !path.ends_with(PATH) {
            let path = format!("{path}/{PATH}");
            whole.0.set_path(&path);
        }
        Ok(whole)
    }

    /// The address as it stands.
    pub fn whole(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()));
        let url = url.filter(|url| url.host_str().is_some_and(|host| !host.is_empty()));
        let url = url.ok_or("write http://host:4318, the address of a collector")?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("a name and a password belong into a header, see `traces_headers`".to_owned());
        }
        Ok(Self(url))
    }
}

impl fmt::Debug for CollectorUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A query may be a secret.
        write!(f, "{}", self.0.host_str().unwrap_or_default())
    }
}

/// In which form spans are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Short.
    Protobuf,
    /// For what reads nothing else.
    Json,
}

impl FromStr for Protocol {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "http/protobuf" => Ok(Protocol::Protobuf),
            "http/json" => Ok(Protocol::Json),
            other => Err(format!(
                "`{other}` is neither http/protobuf nor http/json; collectors take those at port 4318"
            )),
        }
    }
}

/// A name and what it holds, written `name=value`; `%2C` and the like stand for what cannot stand there.
#[derive(Clone, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// What it holds.
    pub value: String,
}

impl FromStr for Pair {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "each is written name=value";
        let (name, value) = text.split_once('=').ok_or(wrong)?;
        let (name, value) = (name.trim(), value.trim());
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        if name.is_empty() || !name.bytes().all(fits) {
            return Err(wrong);
        }
        Ok(Self { name: name.to_owned(), value: decoded(value).ok_or("a value has a % that means nothing")? })
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=***", self.name)
    }
}

/// A text with `%2C` and the like as what they stand for.
fn decoded(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

/// Which spans are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// Whether a caller's own decision holds for what is a part of his trace.
    parent: bool,
    /// The share of all others, in millionths.
    share: u32,
}

/// All of them.
const WHOLE: u32 = 1_000_000;

impl Sampling {
    pub(super) fn sampler(self) -> Sampler {
        let own = match self.share {
            WHOLE => Sampler::AlwaysOn,
            0 => Sampler::AlwaysOff,
            share => Sampler::TraceIdRatioBased(f64::from(share) / f64::from(WHOLE)),
        };
        if self.parent { Sampler::ParentBased(Box::new(own)) } else { own }
    }
}

/// The name of a way to choose, which may still have to be told its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SamplerName {
    parent: bool,
    share: Option<u32>,
}

impl FromStr for SamplerName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (parent, rest) = match text.strip_prefix("parentbased_") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let share = match rest {
            "always_on" => Some(WHOLE),
            "always_off" => Some(0),
            "traceidratio" => None,
            _ => {
                let names = "always_on, always_off, traceidratio";
                return Err(format!("`{text}` is none of {names}, nor one of those behind parentbased_"));
            }
        };
        Ok(Self { parent, share })
    }
}

impl SamplerName {
    /// With a share, such as `0.1`, where it takes one.
    pub fn with(self, share: &str) -> Result<Sampling, String> {
        let share = match self.share {
            Some(share) => share,
            None => {
                let share = share.trim().parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
                let share = share.ok_or("it is a share from 0 to 1, such as 0.1")?;
                (share * f64::from(WHOLE)).round() as u32
            }
        };
        Ok(Sampling { parent: self.parent, share })
    }
}
