//! Who asks, as far as this server knows, and what he may do and give on.

use super::policy::{Decision, Verb, decide};
use super::role::{Grant, Role, Scope};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// Nobody in particular: no key, no token.
    Nobody,
    /// Somebody with a valid key or token.
    Known {
        /// As audit records name him: `key:<id>`, `token:<issuer's id>`.
        name: String,
        /// What he was granted.
        grants: Vec<Grant>,
    },
}

impl Caller {
    /// As audit records name him.
    pub fn name(&self) -> &str {
        match self {
            Self::Nobody => "nobody",
            Self::Known { name, .. } => name,
        }
    }

    /// What he was granted.
    pub fn grants(&self) -> &[Grant] {
        match self {
            Self::Nobody => &[],
            Self::Known { grants, .. } => grants,
        }
    }

    /// Whether he may do `verb` to `target`.
    pub fn decide(&self, verb: Verb, target: &Scope) -> Decision {
        match self {
            Self::Nobody => Decision::Identify,
            Self::Known { grants, .. } => decide(grants, verb, target),
        }
    }

    /// Whether he may give `grant` to a key: only where he is admin himself, so that no key opens more than its maker.
    pub fn may_give(&self, grant: &Grant) -> bool {
        let admin = Grant { role: Role::Admin, on: grant.on.clone() };
        self.grants().iter().any(|own| own.includes(&admin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::VERBS;

    fn known(grants: &[&str]) -> Caller {
        let grants = grants.iter().map(|text| text.parse().unwrap()).collect();
        Caller::Known { name: "key:1".to_owned(), grants }
    }

    #[test]
    fn nobody_is_asked_who_he_is_whatever_he_wants() {
        for verb in VERBS {
            for target in ["*", "acme", "none-such/modelings/shop"] {
                assert_eq!(Caller::Nobody.decide(verb, &target.parse().unwrap()), Decision::Identify);
            }
        }
    }

    #[test]
    fn nobody_gives_more_than_he_has() {
        let gives = |own: &[&str], given: &str| known(own).may_give(&given.parse().unwrap());
        assert!(gives(&["admin on acme"], "admin on acme/endpoints/web"));
        assert!(gives(&["admin on *"], "admin on *"));
        assert!(!gives(&["admin on acme"], "reader on *"));
        assert!(!gives(&["admin on acme"], "reader on other"));
        assert!(!gives(&["writer on acme", "reader on *"], "reader on acme"));
        assert!(!Caller::Nobody.may_give(&"reader on acme".parse().unwrap()));
    }
}
