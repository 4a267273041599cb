//! Places that are kept for new items, so that what nobody knows yet is seen.
//!
//! A share of the list is kept, spread over it. A new item gets such a place only if
//! it may be shown and has none by itself; places that no new item takes go back to
//! the list. Invariant: the places depend on the length of the list and on the share
//! alone.

use crate::{kind::ListKind, request::Request, wishes::share};

/// How much of the order of new items is the taste, where the list is about it. The rest is the chart, so that items a
/// taste says nothing about have an order, too.
pub(crate) const TASTE: f32 = 255.0 / 256.0;

/// Places kept for new items: the nearest whole number, and none in lists for which other items would be a lie, or
/// which are all new.
#[inline(never)]
pub(crate) fn places(request: &Request<'_>) -> usize {
    match request.list {
        ListKind::New | ListKind::Again | ListKind::Recent | ListKind::Named => 0,
        _ => (share(request.wishes.explore) * request.limit as f32 + 0.5) as usize,
    }
}

/// Where the places of the last `kept` items of a list go: into the middle of as many equal stretches.
pub(crate) fn spread<T>(items: &mut [T], kept: usize) {
    let all = items.len();
    for at in 0..kept {
        let (from, to) = (all - kept + at, (2 * at + 1) * all / (2 * kept));
        // Step by step: a rotation is a thousand of the browser's bytes.
        (to..from).rev().for_each(|place| items.swap(place, place + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Wishes;

    #[test]
    fn the_share_is_rounded_to_whole_places() {
        let places = |list, limit, explore| {
            let wishes = Wishes { explore, ..Wishes::default() };
            places(&Request { wishes, ..Request::new(list, limit) })
        };
        let cases = [(8, 0.25, 2), (8, 0.05, 0), (8, 0.0625, 1), (10, 0.15, 2), (8, 1.0, 8), (0, 1.0, 0)];
        for (limit, explore, expected) in cases {
            assert_eq!(places(ListKind::Picks, limit, explore), expected, "{explore} of {limit}");
        }
        for odd in [f32::NAN, -1.0, 0.0] {
            assert_eq!(places(ListKind::Similar, 8, odd), 0);
        }
        assert_eq!(places(ListKind::Popular, 8, f32::INFINITY), 8);
        for list in [ListKind::New, ListKind::Again, ListKind::Recent, ListKind::Named] {
            assert_eq!(places(list, 8, 1.0), 0);
        }
    }

    #[test]
    fn the_last_stand_in_the_middle_of_equal_stretches() {
        let cases = [
            ("abcdefXY", 2, "abXcdeYf"),
            ("abcdefgX", 1, "abcdXefg"),
            ("abX", 1, "aXb"),
            ("aX", 1, "aX"),
            ("aXY", 2, "XaY"),
            ("XYZ", 3, "XYZ"),
            ("ab", 0, "ab"),
            ("", 0, ""),
        ];
        for (items, kept, expected) in cases {
            let mut items: Vec<char> = items.chars().collect();
            spread(&mut items, kept);
            assert_eq!(items.iter().collect::<String>(), expected);
        }
    }
}
