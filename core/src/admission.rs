//! Which items may be shown, and which rule keeps the others away.
//!
//! Every list passes here, whatever it asks for: what is marked, not available or
//! filtered out is in no answer. Invariant: while a question is being answered, the
//! only mark that is taken back is that of an item which loses its place again.

use crate::{
    availability::Availability,
    filter::Ready,
    model::Model,
    removed::{Removed, Rule},
    request::Request,
    weights::{Weigher, Weights},
};

/// Set on the mark of an item that was counted as removed.
const COUNTED: u8 = 0x80;
/// Set on the mark of an item that the request is among.
const GIVEN: u8 = 0x40;
/// The rest of a mark: a rule's number plus one, or 0.
const RULE: u8 = 0x3f;

/// What is noted of each item while a question is answered. A byte per item, cleared by what was marked.
#[derive(Debug, Clone, Default)]
struct Marks {
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

    fn of(&self, position: u32) -> u8 {
        self.rules.get(position as usize).copied().unwrap_or(0)
    }

    fn set(&mut self, position: u32, bits: u8) {
        if let Some(mark) = self.rules.get_mut(position as usize) {
            if *mark == 0 {
                self.marked.push(position);
            }
            *mark |= bits;
        }
    }

    /// The first rule stays.
    fn exclude(&mut self, position: u32, rule: Rule) {
        if self.of(position) & RULE == 0 {
            self.set(position, rule as u8 + 1);
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
    /// Whether only marked items are asked about.
    among: bool,
    removed: Removed,
}

/// Rules made ready for one question.
#[derive(Debug)]
pub(crate) struct Admission<'a> {
    rules: &'a mut Rules,
    weigher: Weigher<'a>,
    availability: Option<&'a Availability>,
}

impl<'a> Admission<'a> {
    /// What may be shown here and now, and passes the request's filter.
    #[inline(never)]
    pub(crate) fn new(
        rules: &'a mut Rules,
        weights: &'a mut Weights,
        model: &'a Model,
        request: &Request<'_>,
    ) -> Self {
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
        rules.among = request.wishes.among.is_some();
        let given = request.wishes.among.iter().flatten().filter_map(|id| model.ids().position(id));
        given.for_each(|position| rules.marks.set(position, GIVEN));
        weights.read(model, &request.wishes);
        Self { rules, weigher: Weigher { weights, attributes }, availability }
    }

    /// As they were when the last question was answered.
    pub(crate) fn reopen(rules: &'a mut Rules, weights: &'a Weights, model: &'a Model) -> Self {
        let weigher = Weigher { weights, attributes: model.attributes() };
        Self { rules, weigher, availability: model.availability() }
    }

    /// Whether an item may be shown. One that may not is counted, once.
    #[inline(never)]
    pub(crate) fn lets(&mut self, position: u32) -> bool {
        let Some(rule) = self.broken(position) else { return true };
        self.exclude(position, rule);
        if self.rules.marks.of(position) & COUNTED == 0 {
            self.rules.marks.set(position, COUNTED);
            self.rules.removed.count(rule, 1);
        }
        false
    }

    /// The rule that keeps an item away.
    #[inline(never)]
    pub(crate) fn broken(&self, position: u32) -> Option<Rule> {
        let mark = self.rules.marks.of(position);
        if let Some(number) = usize::from(mark & RULE).checked_sub(1) {
            return Rule::ALL.get(number).copied();
        }
        let Weigher { attributes, .. } = self.weigher;
        if self.rules.among && mark & GIVEN == 0 {
            Some(Rule::Elsewhere)
        } else if self.availability.is_some_and(|found| !found.lets(&self.rules.sets, position)) {
            Some(Rule::Unavailable)
        } else if !self.rules.filters.is_empty() && !self.rules.filters.lets(0, attributes, position) {
            Some(Rule::Filter)
        } else {
            self.weigher.buries(position).then_some(Rule::Buried)
        }
    }

    /// The category that every item is in that the request's filter lets through.
    pub(crate) fn category(&self) -> Option<u32> {
        self.rules.filters.category(0)
    }

    /// What multiplies scores.
    pub(crate) fn weigher(&self) -> Weigher<'a> {
        self.weigher
    }

    /// From now on kept away by this rule.
    pub(crate) fn exclude(&mut self, position: u32, rule: Rule) {
        self.rules.marks.exclude(position, rule);
    }

    /// An item that was shown lost its place, and may have another one.
    pub(crate) fn readmit(&mut self, position: u32) {
        if let Some(mark) = self.rules.marks.rules.get_mut(position as usize) {
            *mark &= !RULE;
        }
    }

    /// Notes items that were kept out of a list only here.
    pub(crate) fn count(&mut self, rule: Rule, items: u32) {
        self.rules.removed.count(rule, items);
    }

    /// What the rules have kept away so far.
    pub(crate) fn removed(&self) -> Removed {
        self.rules.removed
    }
}
