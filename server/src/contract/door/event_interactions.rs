//! Events as interactions: one row per product of an event that has a weight.
//!
//! Events of other names are counted and passed over. What is below zero, such as a refund, is a
//! dislike or sent back.

use std::fmt::Write;

use super::super::error::ContractError;
use super::super::json_lines;
use super::super::names::Names;
use super::super::table::Content;
use super::clock::{self, Clock};
use super::event_line::{Event, Line};
use super::passed::Why;
use super::weights::Remembered;
use super::{EventWeights, NOT_BOUGHT, Raw, Translate, Translated, Way};
use crate::progress::Stage;
use crate::storage::Storage;

#[derive(Debug, Clone)]
pub(super) struct EventInteractions {
    pub(super) weights: EventWeights,
}

impl Way for EventInteractions {
    fn start(&self, _: &Storage, _: &Stage) -> Result<Box<dyn Translate>, ContractError> {
        Ok(Box::new(self.making()))
    }

    fn alone(&self) -> Option<Box<dyn Translate>> {
        Some(Box::new(self.making()))
    }
}

impl EventInteractions {
    fn making(&self) -> Making {
        Making {
            weights: self.weights.clone(),
            known: Remembered::default(),
            messages: Names::default(),
            clock: Clock::default(),
        }
    }
}

#[derive(Debug)]
struct Making {
    weights: EventWeights,
    known: Remembered,
    /// Messages that were there, for those that are delivered twice one soon after the other.
    messages: Names,
    clock: Clock,
}

impl Translate for Making {
    fn take(&mut self, raw: Raw<'_>, out: &mut Translated) {
        let Content::Lines(records) = raw.content else { return };
        for (number, text) in json_lines::lines(records) {
            match Line::parse(text) {
                Ok(line) => self.line(number, &line, out),
                Err(reason) => out.broken(number, reason),
            }
        }
    }
}

impl Making {
    fn line(&mut self, number: u64, line: &Line<'_>, out: &mut Translated) {
        let event = line.event();
        let (Some(weight), of_order) = self.known.of(&self.weights, event.name) else {
            return out.pass(Why::Event(event.name));
        };
        if !event.message.is_empty() && !self.is_new(event.message) {
            return out.pass(Why::Repeated);
        }
        let time = self.clock.contract_form(event.time);
        let group = group(&event, of_order, &time);
        let (strength, positive) = (weight.abs().to_string(), if weight < 0.0 { "false" } else { "" });
        let kind = if of_order { "" } else { NOT_BOUGHT };
        let mut row = |item: &str| {
            out.row(
                number,
                &[&group, item, "", event.shopper, kind, &time, "", "", "", "", &strength, positive],
            );
        };
        let mut products = 0_usize;
        line.products().for_each(|product| {
            row(product.id);
            products += 1;
        });
        if products == 0 {
            // It should name a product and does not: the empty id is reported.
            row("");
        }
    }

    fn is_new(&mut self, message: &str) -> bool {
        let next = self.messages.len();
        self.messages.intern(message) == Some(next)
    }
}

/// What an event belongs together with. Sessions are numbered by each browser for itself.
fn group(event: &Event<'_>, of_order: bool, time: &str) -> String {
    let mut group = String::new();
    let written = if of_order && !event.order.is_empty() {
        write!(group, "order {}", event.order)
    } else if !event.session.is_empty() {
        write!(group, "session {} {}", event.browser, event.session)
    } else if event.browser.is_empty() {
        Ok(())
    } else {
        write!(group, "day {} {}", event.browser, clock::day(time).unwrap_or_default())
    };
    written.expect("writing to a String does not fail");
    group
}
