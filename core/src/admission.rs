//! Which items may be shown, and which rule keeps the others away.
//!
//! Every list passes here, whatever it asks for: what is marked, not available or
//! filtered out is in no answer. Invariant: a mark is never taken back while a
//! question is being answered.

use crate::{
    attributes::Attributes,
    availability::Availability,
    filter::Ready,
    model::Model,
    removed::{Removed, Rule},
    request::Request,
};

/// Set on the mark of an item that was counted as removed.
const COUNTED: u8 = 0x80;

/// What is noted of each item while a question is answered. A byte per item, cleared by what was marked.
#[derive(Debug, Clone, Default)]
struct Marks {
    /// A rule's number plus one, or 0.
    rules: Vec<u8>,
    marked: Vec<u32>,
}

impl Marks {
    fn clear(&mut self, items: u32) {
        for position in self.marked.drain(..) {
            if let Some(mark) = self.rules.get_mut(position as usize) {
                *mark = 0;
            }
        }
        self.rules.resize(items as usize, 0);
    }

    /// The first rule stays.
    fn mark(&mut self, position: u32, rule: Rule) {
        if let Some(mark) = self.rules.get_mut(position as usize).filter(|mark| **mark == 0) {
            *mark = rule as u8 + 1;
            self.marked.push(position);
        }
    }
}

/// The room that admission works in, used again by the next question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    marks: Marks,
    filters: Ready,
    /// For each set of availability, whether its items may be shown.
    sets: Vec<bool>,
    removed: Removed,
}

/// Rules made ready for one question.
#[derive(Debug)]
pub(crate) struct Admission<'a> {
    rules: &'a mut Rules,
    attributes: Option<&'a Attributes>,
    availability: Option<&'a Availability>,
}

impl<'a> Admission<'a> {
    /// What may be shown here and now, and passes the request's filter.
    pub(crate) fn new(rules: &'a mut Rules, model: &'a Model, request: &Request<'_>) -> Self {
        let (attributes, availability) = (model.attributes(), model.availability());
        rules.removed = Removed::default();
        rules.marks.clear(model.items());
        rules.filters.clear();
        if let Some(filter) = &request.filter {
            rules.filters.add(filter, attributes);
        }
        if let Some(availability) = availability {
            availability.read(request, &mut rules.sets);
        }
        Self { rules, attributes, availability }
    }

    /// Whether an item may be shown. One that may not is counted, once.
    pub(crate) fn lets(&mut self, position: u32) -> bool {
        let rule = match self.rules.marks.rules.get(position as usize) {
            Some(0) => match self.breaks(position) {
                None => return true,
                Some(rule) => rule,
            },
            Some(mark) if *mark & COUNTED != 0 => return false,
            Some(mark) => Rule::ALL[usize::from(*mark - 1) % Rule::ALL.len()],
            None => return false,
        };
        self.exclude(position, rule);
        self.rules.marks.rules[position as usize] |= COUNTED;
        self.rules.removed.count(rule);
        false
    }

    /// The rule that an unmarked item breaks.
    fn breaks(&self, position: u32) -> Option<Rule> {
        if self.availability.is_some_and(|found| !found.lets(&self.rules.sets, position)) {
            return Some(Rule::Unavailable);
        }
        let passes = |attributes| self.rules.filters.lets(0, attributes, position);
        let filtered = !self.rules.filters.is_empty() && !self.attributes.is_some_and(passes);
        filtered.then_some(Rule::Filter)
    }

    /// The category that every item is in that the request's filter lets through.
    pub(crate) fn category(&self) -> Option<u32> {
        self.rules.filters.category(0)
    }

    /// From now on kept away by this rule.
    pub(crate) fn exclude(&mut self, position: u32, rule: Rule) {
        self.rules.marks.mark(position, rule);
    }

    /// What the rules have kept away so far.
    pub(crate) fn removed(&self) -> Removed {
        self.rules.removed
    }
}
