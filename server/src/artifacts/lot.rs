//! What goes as a whole: a blob with its codings, a patch, or the bundle and report of a model.
//!
//! Reads paths of the store and puts them together again. Invariant: what is not surely one of these is no lot, so
//! that nobody deletes it.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use cookshelf_core::MAJOR;

use super::path::ArtifactPath;
use crate::coding::Coding;
use crate::publish::Piece;

/// Artifacts of an account that come and go together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lot {
    /// A blob or a patch.
    Piece(Piece),
    /// A model, by its id.
    Model(String),
}

impl Lot {
    /// The lot that a file of the store belongs to, with its account.
    pub fn of(path: &ArtifactPath) -> Option<(&str, Self)> {
        let (account, inside) = path.as_str().strip_prefix("accounts/")?.split_once('/')?;
        let parts: Vec<&str> = inside.split('/').collect();
        let lot = match parts[..] {
            ["b", major, file] if major == MAJOR.to_string() => {
                let codings = [Coding::Brotli, Coding::Zstd];
                let plain =
                    codings.iter().find_map(|coding| file.strip_suffix(coding.name()?)?.strip_suffix('.'));
                Self::Piece(Piece::read(plain.unwrap_or(file))?)
            }
            ["models", id, "model.shelf" | "report.json"] => format!("models/{id}").parse().ok()?,
            _ => return None,
        };
        Some((account, lot))
    }

    /// Its files, in the order in which they are deleted: without the first the others count for nothing.
    pub fn paths(&self, account: &str) -> Vec<ArtifactPath> {
        match self {
            Self::Piece(piece @ Piece { from: Some(_), .. }) => vec![ArtifactPath::patch(account, piece)],
            Self::Piece(Piece { name, from: None }) => [Coding::Identity, Coding::Brotli, Coding::Zstd]
                .map(|coding| ArtifactPath::blob(account, name, coding))
                .into(),
            Self::Model(id) => vec![ArtifactPath::bundle(account, id), ArtifactPath::report(account, id)],
        }
    }
}

impl FromStr for Lot {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.strip_prefix("models/") {
            Some(id) if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
                Ok(Self::Model(id.to_owned()))
            }
            Some(_) => Err(()),
            None => Piece::read(text).map(Self::Piece).ok_or(()),
        }
    }
}

impl Display for Lot {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Piece(piece) => piece.fmt(f),
            Self::Model(id) => write!(f, "models/{id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_lot_and_lots_by_their_files() {
        let one = "0f".repeat(16);
        for text in [one.clone(), format!("{one}-{}", "a7".repeat(16)), "models/0190abc".to_owned()] {
            let lot: Lot = text.parse().unwrap();
            assert_eq!(lot.to_string(), text);
            for path in lot.paths("acme") {
                assert_eq!(Lot::of(&path), Some(("acme", lot.clone())), "{path}");
            }
        }
        let others = [
            format!("accounts/acme/b/0/{one}"),
            format!("accounts/acme/b/1/{one}.gz"),
            format!("accounts/acme/b/1/{one}.br.br"),
            format!("accounts/acme/b/1/x/{one}"),
            format!("live/acme/b/1/{one}"),
            "accounts/acme/models/0190abc/notes.txt".to_owned(),
            "accounts/acme/models/../model.shelf".to_owned(),
            "accounts/acme/modelings/shop/logs/StatusReport/x.json".to_owned(),
            "manifests/acme/web.json".to_owned(),
        ];
        for path in others {
            assert_eq!(Lot::of(&ArtifactPath::listed(path.clone())), None, "{path}");
        }
    }
}
