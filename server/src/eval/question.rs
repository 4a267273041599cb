//! From a case to the request that a device would make of it.

use cookshelf_core::{Event, EventKind, Filter, ListKind, Request};

use super::{cases::Case, error::EvalError};

/// How a list is evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct EvalParams {
    /// Which list.
    pub list: ListKind,
    /// How many places of it count.
    pub places: u32,
    /// Whether what is in the context may be shown again.
    pub repeats: bool,
    /// Lists that fill up a short one.
    pub fallback: Vec<ListKind>,
    /// Only items that fulfil all of these.
    pub conditions: Vec<Where>,
    /// How often cases are drawn again for the intervals; 0 for none.
    pub resamples: u32,
}

/// A condition on items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Where {
    /// In a category.
    Category(String),
    /// With a value in a column.
    Is(String, String),
    /// Not sold out.
    InStock,
}

impl std::str::FromStr for Where {
    type Err = EvalError;

    fn from_str(text: &str) -> Result<Self, EvalError> {
        let wrong = || EvalError::Where { text: text.to_owned() };
        let (column, value) = text.split_once('=').ok_or_else(wrong)?;
        match (column.trim(), value.trim()) {
            ("", _) | (_, "") => Err(wrong()),
            ("stock", "yes") => Ok(Self::InStock),
            ("category", name) => Ok(Self::Category(name.to_owned())),
            (column, value) => Ok(Self::Is(column.to_owned(), value.to_owned())),
        }
    }
}

/// Whether a list shows again what was chosen, when nobody says: what comes next in a session and what is bought again
/// often is what was there already.
pub fn default_repeats(list: ListKind) -> bool {
    matches!(list, ListKind::Next | ListKind::Again | ListKind::Recent)
}

/// What fills up a short list when nobody says, as in the storefront package.
pub fn default_fallback(list: ListKind) -> Vec<ListKind> {
    match list {
        ListKind::Recent | ListKind::Again | ListKind::Named => Vec::new(),
        _ => [ListKind::Trending, ListKind::Popular].into_iter().filter(|other| *other != list).collect(),
    }
}

impl EvalParams {
    /// Twenty places of a list, as the storefront package asks for it.
    pub fn new(list: ListKind) -> Self {
        EvalParams {
            list,
            places: 20,
            repeats: default_repeats(list),
            fallback: default_fallback(list),
            conditions: Vec::new(),
            resamples: 1000,
        }
    }

    /// Refuses lists that cases cannot be about.
    pub(super) fn check(&self) -> Result<(), EvalError> {
        match self.list {
            ListKind::Named => Err(EvalError::List {
                list: self.list.name(),
                why: "the shop makes it by hand; there is nothing to predict",
            }),
            _ => Ok(()),
        }
    }

    /// The request of a case for `limit` places. The context is what the list is about, or what the shopper did.
    pub(super) fn request<'c>(&'c self, case: &'c Case, limit: u32) -> Request<'c> {
        let about = || case.context.iter().map(String::as_str).collect();
        let mut request = Request {
            fallback: self.fallback.clone(),
            repeats: self.repeats,
            ..Request::new(self.list, limit)
        };
        match self.list {
            ListKind::Picks | ListKind::Again | ListKind::Recent => {
                // What is bought again was bought.
                let kind = if self.list == ListKind::Again { EventKind::Purchase } else { EventKind::View };
                let event = |(item, age_hours)| Event { item, kind, age_hours };
                request.profile = case.aged().map(event).collect();
                request.profile.reverse();
            }
            ListKind::Popular | ListKind::Trending | ListKind::New => {
                request.exclude = if self.repeats { Vec::new() } else { about() };
            }
            _ => request.seeds = about(),
        }
        let filters: Vec<Filter<'c>> = self.conditions.iter().map(filter).collect();
        request.filter = (!filters.is_empty()).then_some(Filter::All(filters));
        request
    }
}

fn filter(condition: &Where) -> Filter<'_> {
    match condition {
        Where::Category(name) => Filter::Category(name),
        Where::Is(column, value) => Filter::Is { column, value },
        Where::InStock => Filter::InStock,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read() {
        assert_eq!("colour=red".parse(), Ok(Where::Is("colour".into(), "red".into())));
        assert_eq!(" category = Lamps ".parse(), Ok(Where::Category("Lamps".into())));
        assert_eq!("stock=yes".parse(), Ok(Where::InStock));
        for text in ["", "colour", "=red", "colour="] {
            assert!(text.parse::<Where>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_context_is_the_subject_or_the_profile() {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let context = ids(&["old", "new"]);
        let case = Case { context, age_hours: vec![96, 24], targets: ids(&["t"]), ..Case::default() };
        let params = EvalParams::new(ListKind::Picks);
        let picks = params.request(&case, 5);
        assert_eq!(picks.profile.iter().map(|event| event.item).collect::<Vec<_>>(), ["new", "old"]);
        let again = EvalParams::new(ListKind::Again);
        let again = again.request(&case, 5);
        let event = |item, age_hours| Event { item, kind: EventKind::Purchase, age_hours };
        assert_eq!(again.profile, [event("new", 24), event("old", 96)]);
        let params = EvalParams::new(ListKind::Next);
        let next = params.request(&case, 5);
        assert_eq!((next.seeds, next.repeats, next.profile.len()), (vec!["old", "new"], true, 0));
        let params = EvalParams::new(ListKind::Popular);
        assert_eq!(params.request(&case, 5).exclude, ["old", "new"]);
    }
}
