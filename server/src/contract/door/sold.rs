//! Words that shops use for "for sale" and "not for sale".

/// What a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sold {
    Yes,
    No,
    Unknown,
}

const YES: [&str; 11] = [
    "true",
    "yes",
    "y",
    "t",
    "available",
    "instock",
    "active",
    "published",
    "enabled",
    "preorder",
    "backorder",
];
const NO: [&str; 13] = [
    "false",
    "no",
    "n",
    "f",
    "unavailable",
    "notavailable",
    "outofstock",
    "soldout",
    "draft",
    "archived",
    "inactive",
    "unpublished",
    "disabled",
];

/// What a word about availability means. Nothing said means for sale; of a stock more than none.
pub(super) fn sold(word: &str) -> Sold {
    if let Ok(stock) = word.parse::<f64>() {
        return if stock > 0.0 { Sold::Yes } else { Sold::No };
    }
    let word: String =
        word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if word.is_empty() || YES.contains(&word.as_str()) {
        Sold::Yes
    } else if NO.contains(&word.as_str()) {
        Sold::No
    } else {
        Sold::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_many_shops_are_known() {
        for word in ["", "1", "12", "TRUE", "in stock", "In_Stock", "active"] {
            assert_eq!(sold(word), Sold::Yes, "{word}");
        }
        for word in ["0", "-2", "no", "Out of stock", "draft", "sold-out"] {
            assert_eq!(sold(word), Sold::No, "{word}");
        }
        assert_eq!(sold("perhaps"), Sold::Unknown);
    }
}
