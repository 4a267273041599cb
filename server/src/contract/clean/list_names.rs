//! The names of built-in lists, as former customers write them.
//!
//! The long names (`RecoBestSelling`), the short ones of the routes (`Popular`) and our own words are
//! all understood, in any case. Names that shops give their own lists are not known here.

use cookshelf_core::ListKind;

use super::super::tally::Reason;

/// The list of a built-in name.
pub(super) fn built_in(name: &str) -> Option<ListKind> {
    let lower = name.to_ascii_lowercase();
    let short = lower.strip_prefix("reco").unwrap_or(&lower);
    Some(match short {
        "bestselling" => ListKind::Popular,
        "cart" => ListKind::Together,
        "peoplealso" | "peoplealsobuy" => ListKind::Similar,
        "similarvisual" => ListKind::Look,
        "similartextual" => ListKind::Text,
        _ => ListKind::ALL.into_iter().find(|kind| kind.name() == short)?,
    })
}

/// The list that an `AlgoType` makes of a list.
pub(super) fn by_algorithm(list: ListKind, algorithm: &str) -> Result<ListKind, Reason> {
    match (list, algorithm.to_ascii_lowercase().as_str()) {
        (list, "") => Ok(list),
        (ListKind::Similar | ListKind::Together | ListKind::Picks, "mf") => Ok(list),
        (ListKind::Similar | ListKind::Look, "visual") => Ok(ListKind::Look),
        (ListKind::Similar | ListKind::Text, "textual") => Ok(ListKind::Text),
        _ => Err(Reason::UnsupportedAlgoType),
    }
}

/// Whether a shop may call a list of its own so.
pub(super) fn check_own(name: &str) -> Result<(), Reason> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || b"_-~.".contains(&byte);
    if !name.bytes().all(sound) {
        return Err(Reason::ListNameCharacters);
    }
    if built_in(name).is_some() {
        return Err(Reason::ReservedListName);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_short_and_own_names_are_known_in_any_case() {
        let cases = [
            ("RecoBestSelling", Some(ListKind::Popular)),
            ("popular", Some(ListKind::Popular)),
            ("RECONEW", Some(ListKind::New)),
            ("Trending", Some(ListKind::Trending)),
            ("RecoCart", Some(ListKind::Together)),
            ("RecoPeopleAlsoBuy", Some(ListKind::Similar)),
            ("Similar", Some(ListKind::Similar)),
            ("RecoPicks", Some(ListKind::Picks)),
            ("RecoSimilarVisual", Some(ListKind::Look)),
            ("recosimilartextual", Some(ListKind::Text)),
            ("Recommended", None),
            ("Reco", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(built_in(name), expected, "{name}");
        }
    }

    #[test]
    fn algorithms_choose_between_lists() {
        use ListKind::{Look, New, Popular, Similar, Text, Together};
        let refused = Err(Reason::UnsupportedAlgoType);
        let cases = [
            (Similar, "", Ok(Similar)),
            (Similar, "MF", Ok(Similar)),
            (Similar, "visual", Ok(Look)),
            (Similar, "TEXTUAL", Ok(Text)),
            (Look, "Visual", Ok(Look)),
            (Look, "Textual", refused),
            (Similar, "CompleteSimilarStyles", refused),
            (Together, "mf", Ok(Together)),
            (Popular, "MF", refused),
            (New, "", Ok(New)),
        ];
        for (list, algorithm, expected) in cases {
            assert_eq!(by_algorithm(list, algorithm), expected, "{list:?} {algorithm}");
        }
    }

    #[test]
    fn own_names_keep_to_their_letters() {
        assert_eq!(check_own("Summer-Sale_2020~v1.1"), Ok(()));
        for name in ["a b", "é", "a\tb", "a/b", "50%"] {
            assert_eq!(check_own(name), Err(Reason::ListNameCharacters), "{name}");
        }
        for name in ["recopicks", "NEW", "Cart"] {
            assert_eq!(check_own(name), Err(Reason::ReservedListName), "{name}");
        }
    }
}
