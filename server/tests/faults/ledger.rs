//! What was acknowledged, and what may have happened besides: the two things that a crash must keep apart.
//!
//! Each place is changed by one writer, one change after the other. Invariant: what is there is what was acknowledged
//! last, or the one change that was under way when the server went.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::release::served;
use crate::site::Server;

/// What is said of a place; nothing when it is not there.
type Said = Option<Value>;

#[derive(Debug, Default)]
struct Fact {
    sure: Said,
    perhaps: Option<Said>,
}

/// Everything that clients were told.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    facts: RefCell<BTreeMap<String, Fact>>,
    /// Cooks that were promised.
    cooks: RefCell<BTreeSet<String>>,
    /// The highest number that an endpoint was seen with.
    seen: RefCell<BTreeMap<String, u64>>,
    pub(crate) acknowledged: Cell<u64>,
}

impl Ledger {
    /// Puts or deletes; false when the server went away, and nobody knows. A refusal is no change.
    pub(crate) async fn change(&self, server: &Server, path: &str, wanted: Said) -> bool {
        self.begin(path, wanted.clone());
        let body = wanted.as_ref().map(Value::to_string).unwrap_or_default();
        let method = if wanted.is_some() { "PUT" } else { "DELETE" };
        let Ok(answer) = server.ask(method, path, &body).await else { return false };
        match answer.status {
            200..300 => self.end(path),
            // Something is under way there; or it went by a request whose answer was lost.
            404 | 409 => self.facts.borrow_mut().get_mut(path).unwrap().perhaps = None,
            status => {
                let said = server.said.lock().unwrap().join("\n");
                panic!("{method} {path}: {status} {}\n{said}", answer.json())
            }
        }
        true
    }

    pub(crate) fn begin(&self, path: &str, wanted: Said) {
        let mut facts = self.facts.borrow_mut();
        let before = facts.entry(path.to_owned()).or_default().perhaps.replace(wanted);
        assert!(before.is_none(), "{path} has two writers");
    }

    pub(crate) fn end(&self, path: &str) {
        let mut facts = self.facts.borrow_mut();
        let fact = facts.get_mut(path).unwrap();
        fact.sure = fact.perhaps.take().unwrap();
        self.acknowledged.set(self.acknowledged.get() + 1);
    }

    pub(crate) fn promised(&self, cook: String) {
        self.cooks.borrow_mut().insert(cook);
        self.acknowledged.set(self.acknowledged.get() + 1);
    }

    pub(crate) fn saw(&self, endpoint: &str, sequence: u64) {
        let mut seen = self.seen.borrow_mut();
        let before = seen.insert(endpoint.to_owned(), sequence).unwrap_or(0);
        assert!(before <= sequence, "{endpoint} went from {before} back to {sequence}");
    }

    /// Compares with what is there, and knows after that what is.
    pub(crate) async fn check(&self, server: &Server) {
        let paths: Vec<String> = self.facts.borrow().keys().cloned().collect();
        for path in paths {
            let answer = server.get(&path).await;
            let there = match answer.status {
                200 => Some(answer.json()["spec"].clone()),
                404 => None,
                status => panic!("{path}: {status}"),
            };
            let mut facts = self.facts.borrow_mut();
            let fact = facts.get_mut(&path).unwrap();
            let perhaps = fact.perhaps.take();
            let found = [Some(fact.sure.clone()), perhaps.clone()].into_iter().flatten();
            let found = found.into_iter().find(|said| is(there.as_ref(), said.as_ref()));
            fact.sure = found.unwrap_or_else(|| {
                panic!("{path} is {there:?}; acknowledged {:?}, perhaps {perhaps:?}", fact.sure)
            });
            if fact.sure.is_none() {
                facts.remove(&path);
                self.forget(&path);
            }
        }
        let cooks = self.cooks.borrow().clone();
        for cook in &cooks {
            assert_eq!(server.get(cook).await.status, 200, "{cook} was promised");
        }
        let seen = self.seen.borrow().clone();
        for (endpoint, sequence) in &seen {
            let (account, name) = endpoint.split_once('/').unwrap();
            let release = served(server, account, name).await;
            let release = release.unwrap_or_else(|| panic!("{endpoint} was served, and is not"));
            assert!(release.sequence >= *sequence, "{endpoint}: {} after {sequence}", release.sequence);
        }
    }

    /// What belonged to a place that is gone.
    fn forget(&self, path: &str) {
        self.cooks.borrow_mut().retain(|cook| !cook.starts_with(&format!("{path}/")));
        let words: Vec<&str> = path.split('/').collect();
        if let ["", "v1", "accounts", account, "endpoints", name] = words[..] {
            self.seen.borrow_mut().remove(&format!("{account}/{name}"));
        }
    }

    /// The places below a path that are there, for all that is known.
    pub(crate) fn below(&self, path: &str) -> Vec<String> {
        let facts = self.facts.borrow();
        let there = facts.iter().filter(|(place, fact)| place.starts_with(path) && fact.sure.is_some());
        there.map(|(place, _)| place.clone()).collect()
    }

    pub(crate) fn is_there(&self, path: &str) -> bool {
        self.facts.borrow().get(path).is_some_and(|fact| fact.sure.is_some())
    }
}

/// Whether what is there says what was wanted, and perhaps more.
fn is(there: Option<&Value>, wanted: Option<&Value>) -> bool {
    match (there, wanted) {
        (None, None) => true,
        (Some(there), Some(wanted)) => {
            wanted.as_object().unwrap().iter().all(|(name, value)| there[name] == *value)
        }
        _ => false,
    }
}
