//! Sections in, lists out, in numbers and texts that any boundary can carry. Knows nothing of JavaScript:
//! `bytes` and `rich` say how its answers cross.

#![cfg_attr(
    not(feature = "bytes"),
    expect(dead_code, reason = "the rich boundary asks with requests, not with bytes")
)]

use cookshelf_core::{
    CARD_ITEMS, Index, List, Model, Request, Rule, Scratch, Section, SectionKey, SectionKind, explain,
    recommend_with,
};

use crate::{card::CardView, fault::Fault};

/// Sections and questions come after the ids.
const NO_IDS: Fault = Fault::Engine("ids");

/// A model that grows as lists need it.
#[derive(Debug, Default)]
pub(crate) struct Scorer {
    model: Option<Model>,
    /// Waits here until the ids arrive.
    index: Option<Index>,
    /// Room to answer in, and the latest answer.
    scratch: Scratch,
    list: List,
    /// The question that `list` answers, for the `run` that follows its `needs`; empty when there is none.
    ready: Vec<u8>,
}

impl Scorer {
    /// Takes in a blob. The ids must come before everything but the index.
    pub(crate) fn add(&mut self, blob: &[u8]) -> Result<(), Fault> {
        self.ready.clear();
        let section = Section::decode(blob).map_err(|cause| Fault::ModelFormat(cause.brief()))?;
        match (section, &mut self.model) {
            (Section::Index(index), None) => self.index = Some(index),
            (Section::Ids(ids), None) => {
                let mut model = Model::new(ids);
                if let Some(index) = self.index.take() {
                    model.insert(Section::Index(index)).map_err(|cause| Fault::ModelFormat(cause.brief()))?;
                }
                self.model = Some(model);
            }
            (section, Some(model)) => {
                model.insert(section).map_err(|cause| Fault::ModelFormat(cause.brief()))?;
            }
            (_, None) => return Err(NO_IDS),
        }
        Ok(())
    }

    /// The blobs a request still needs, as `hash:size`, a line each; empty when `run` can answer.
    pub(crate) fn needs(&mut self, request: &[u8]) -> Result<String, Fault> {
        let keys = self.answer(request)?;
        if keys.is_empty() {
            self.ready.extend_from_slice(request);
        }
        Ok(self.places(&keys))
    }

    /// The list: `[level, count, (position, score, reason, because or -1) * count, removed by each rule]`; nothing at all
    /// when blobs are missing, which `needs` then names.
    pub(crate) fn run(&mut self, request: &[u8]) -> Result<Vec<f64>, Fault> {
        let answered = !self.ready.is_empty() && self.ready == request;
        if !answered && !self.answer(request)?.is_empty() {
            return Ok(Vec::new());
        }
        self.ready.clear();
        let list = &self.list;
        let mut out = Vec::with_capacity(2 + 4 * list.items.len() + Rule::ALL.len());
        out.extend([f64::from(list.level as u8), list.items.len() as f64]);
        for item in &list.items {
            let because = item.because.map_or(-1.0, f64::from);
            out.extend([
                f64::from(item.position),
                f64::from(item.score),
                f64::from(item.reason as u8),
                because,
            ]);
        }
        out.extend(Rule::ALL.map(|rule| f64::from(list.removed.by(rule))));
        Ok(out)
    }

    /// Why an item is in the list of a request, or is not: `[place or 0, score, list or -1, rule or -1, times it was
    /// bought or 0, days between, days since, (cause, of, amount)*]`; nothing at all when blobs are missing.
    pub(crate) fn explain(&mut self, request: &[u8], item: &[u8]) -> Result<Vec<f64>, Fault> {
        self.ready.clear();
        let model = self.model.as_ref().ok_or(NO_IDS)?;
        let request = Request::decode(request).map_err(|cause| Fault::Engine(cause.field))?;
        let item = core::str::from_utf8(item).unwrap_or_default();
        let Ok(why) = explain(model, &request, item, &mut self.scratch) else { return Ok(Vec::new()) };
        let rule = why.rule.map_or(-1.0, |rule| f64::from(rule as u8));
        let mut out = match why.found {
            Some((place, item)) => {
                vec![f64::from(place), f64::from(item.score), f64::from(item.list.number()), rule]
            }
            None => vec![0.0, 0.0, -1.0, rule],
        };
        out.extend(why.rhythm.map_or([0.0; 3], |bought| {
            [f64::from(bought.times), f64::from(bought.days), f64::from(bought.last_hours) / 24.0]
        }));
        for part in &why.parts {
            out.extend([f64::from(part.cause as u8), f64::from(part.of), part.amount]);
        }
        Ok(out)
    }

    /// Item ids of positions, a line each; an empty line where there is no such position. One text, because each
    /// text that crosses the boundary costs more than splitting them all.
    pub(crate) fn ids(&self, positions: &[u32]) -> String {
        let mut lines = String::with_capacity(positions.len() * 12);
        for (at, position) in positions.iter().enumerate() {
            if at > 0 {
                lines.push('\n');
            }
            if let Some(id) = self.model.as_ref().and_then(|model| model.ids().id(*position)) {
                lines.push_str(&id);
            }
        }
        lines
    }

    /// The blobs that hold the cards of positions and are not loaded, as `hash:size`, a line each.
    pub(crate) fn card_needs(&self, positions: &[u32]) -> String {
        let Some(model) = &self.model else { return String::new() };
        let mut keys = vec![SectionKey::single(SectionKind::Meta)];
        for position in positions {
            let key = SectionKey::cards(position / CARD_ITEMS);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys.retain(|key| model.lacks(*key));
        self.places(&keys)
    }

    /// The cards of positions; `None` where a card is not loaded.
    pub(crate) fn cards(&self, positions: &[u32]) -> Vec<Option<CardView<'_>>> {
        let model = self.model.as_ref();
        positions.iter().map(|position| CardView::new(model?, *position)).collect()
    }

    /// Number of items; 0 while there is no model.
    pub(crate) fn items(&self) -> u32 {
        self.model.as_ref().map_or(0, Model::items)
    }

    /// What the question still needs; the answer is in `list` when that is nothing.
    fn answer(&mut self, request: &[u8]) -> Result<Vec<SectionKey>, Fault> {
        let request = Request::decode(request).map_err(|cause| Fault::Engine(cause.field))?;
        self.ask(&request)
    }

    /// As [`Self::answer`], for a question that needs no reading.
    pub(crate) fn ask(&mut self, request: &Request<'_>) -> Result<Vec<SectionKey>, Fault> {
        self.ready.clear();
        let model = self.model.as_ref().ok_or(NO_IDS)?;
        Ok(recommend_with(model, request, &mut self.scratch, &mut self.list))
    }

    /// The answer to the last question that nothing was missing for.
    #[cfg(feature = "rich")]
    pub(crate) fn list(&self) -> &List {
        &self.list
    }

    /// The id at a position; empty where there is none.
    #[cfg(feature = "rich")]
    pub(crate) fn id(&self, position: u32) -> String {
        self.model.as_ref().and_then(|model| model.ids().id(position)).map_or_else(String::new, String::from)
    }

    /// Hash and size of sections, a line each.
    pub(crate) fn places(&self, keys: &[SectionKey]) -> String {
        let mut lines = String::new();
        let index = self.model.as_ref().and_then(Model::index);
        for place in keys.iter().filter_map(|key| index?.place(*key)) {
            if !lines.is_empty() {
                lines.push('\n');
            }
            for half in place.hash.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
                lines.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
            }
            lines.push(':');
            lines.push_str(&place.size.to_string());
        }
        lines
    }
}
