//! Channels and catalogues: read from a row, numbered by first appearance.
//!
//! An empty value means the default, and so would `0`, which nobody may write; what that does to a
//! row is the caller's choice. Nothing here knows which items are where.

use super::super::cell::Rules;
use super::super::names::Names;
use super::super::record::Row;
use super::super::tally::{Fault, Reason, Tally};
use crate::catalogue::Scope;

/// Names the default channel and catalogue, so it may not be given to one.
const RESERVED: &str = "0";

/// A channel and a catalogue as a row has them; empty for the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written<'a> {
    channel: &'a str,
    catalog: &'a str,
}

/// What `0` does to its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zero {
    /// It drops it: better not shown than shown where nobody meant it.
    Drops,
    /// It counts as the default, which is where the row counts anyway.
    Stays,
}

/// Reads the two columns.
#[inline]
pub(super) fn read<'a>(
    rules: &Rules<'_>,
    row: Row<'a>,
    [channel, catalog]: [usize; 2],
    zero: Zero,
    tally: &mut Tally,
) -> Result<Written<'a>, Fault<'a>> {
    Ok(Written {
        channel: part(rules, row, channel, zero, tally)?,
        catalog: part(rules, row, catalog, zero, tally)?,
    })
}

#[inline]
fn part<'a>(
    rules: &Rules<'_>,
    row: Row<'a>,
    column: usize,
    zero: Zero,
    tally: &mut Tally,
) -> Result<&'a str, Fault<'a>> {
    let value = rules.text(row, column, tally)?.unwrap_or_default();
    if value != RESERVED {
        return Ok(value);
    }
    match zero {
        Zero::Drops => Err(Fault { column, reason: Reason::ReservedScopeDropped, value }),
        Zero::Stays => {
            tally.warn(rules.layout, row.line, Fault { column, reason: Reason::ReservedScopeKept, value });
            Ok("")
        }
    }
}

/// A dictionary of scopes.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    of: Vec<Scope>,
    /// One text per scope: see `spell`.
    names: Names,
    spelled: String,
}

impl Scopes {
    /// The number of a scope, new or old; `last` is that of the row before, which it often is.
    /// `None` when no number is left.
    #[inline]
    pub(super) fn number(&mut self, scope: Written<'_>, last: Option<u32>) -> Option<u32> {
        let is = |number: &u32| {
            let one = &self.of[*number as usize];
            same(&one.channel, scope.channel) && same(&one.catalog, scope.catalog)
        };
        match last.filter(is) {
            Some(last) => Some(last),
            None => self.intern(scope),
        }
    }

    /// The numbers in here of all scopes of another dictionary; `None` when no number is left.
    pub(super) fn take(&mut self, others: &Scopes) -> Option<Vec<u32>> {
        let written = |one: &'_ Scope| self.intern(Written { channel: &one.channel, catalog: &one.catalog });
        others.of.iter().map(written).collect()
    }

    fn intern(&mut self, scope: Written<'_>) -> Option<u32> {
        spell(scope, &mut self.spelled);
        let number = self.names.intern(&self.spelled)?;
        if number as usize == self.of.len() {
            let (channel, catalog) = (scope.channel.to_owned(), scope.catalog.to_owned());
            self.of.push(Scope { channel, catalog });
        }
        Some(number)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.of.len()
    }

    /// Whether no row so far names a channel or a catalogue.
    pub(super) fn only_default(&self) -> bool {
        self.of.iter().all(|scope| *scope == Scope::default())
    }

    /// In order of first appearance.
    pub(super) fn into_inner(self) -> Vec<Scope> {
        self.of
    }
}

/// Comparing two empty texts reads from where an empty one points, which is nowhere: it takes some
/// processors longer than the rest of the row.
#[inline]
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && (a.is_empty() || a == b)
}

/// One text for two, that no other two share: the first is as long as the number before it says.
fn spell(scope: Written<'_>, into: &mut String) {
    into.clear();
    into.push_str(&scope.channel.len().to_string());
    into.push(' ');
    into.push_str(scope.channel);
    into.push_str(scope.catalog);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_that_look_alike_stay_apart() {
        let mut scopes = Scopes::default();
        let pairs = [("", ""), ("a", "b"), ("ab", ""), ("", "ab"), ("1 a", ""), ("a", "b"), ("", "")];
        let mut last = None;
        let numbers = pairs.map(|(channel, catalog)| {
            last = scopes.number(Written { channel, catalog }, last);
            last
        });
        assert_eq!(numbers, [0, 1, 2, 3, 4, 1, 0].map(Some));
        assert!(!scopes.only_default());
        assert_eq!(scopes.into_inner()[1], Scope { channel: "a".into(), catalog: "b".into() });
    }
}
