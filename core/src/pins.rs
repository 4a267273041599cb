//! Items with a place of their own.
//!
//! They are set aside before the list is made, and put in when it is there: each
//! stands at its place, or at the end of a list that is too short for that.

use crate::{
    admission::Admission,
    kind::ListKind,
    list::{Item, Reason},
    model::Model,
    removed::Rule,
    request::Request,
};

/// Notes place and position of the pinned items that may be shown; the list is made without them.
#[inline(never)]
pub(crate) fn set_aside(
    model: &Model,
    request: &Request<'_>,
    admission: &mut Admission<'_>,
    pins: &mut Vec<(u32, u32)>,
) {
    for pin in request.wishes.pins.iter().filter(|pin| (1..=request.limit).contains(&pin.place)) {
        let Some(position) = model.ids().position(pin.item) else { continue };
        if pins.len() < request.limit as usize && admission.lets(position) {
            admission.exclude(position, Rule::Shown);
            // Of several for one place the one that was named first comes first.
            let at = pins.partition_point(|(place, _)| *place <= pin.place);
            pins.insert(at, (pin.place, position));
        }
    }
}

/// Puts what was set aside into the list. Places ascend, so that none moves another.
#[inline(never)]
pub(crate) fn put_in(list: ListKind, pins: &[(u32, u32)], items: &mut Vec<Item>) {
    let mut free = 0;
    for &(place, position) in pins {
        let at = items.len().min((place as usize - 1).max(free));
        items.insert(at, Item { position, score: 1.0, reason: Reason::Chosen, list, because: None });
        free = at + 1;
    }
}
