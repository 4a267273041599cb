//! Ids of cooks, models and keys: the moment, then chance. So they sort by when they were made.

use super::error::ControlError;

/// 11 digits of milliseconds, 10 of chance; lower-case hexadecimal, fit for addresses and folders.
pub(super) fn new_id(now_ms: i64) -> Result<String, ControlError> {
    let mut chance = [0; 5];
    getrandom::fill(&mut chance).map_err(|error| {
        ControlError::unavailable(format!("this machine gives no random numbers: {error}"))
    })?;
    Ok(format!("{:011x}{}", now_ms.max(0), super::hex(&chance)))
}

/// Whether a text can be an id; what cannot be one is not looked up.
pub fn is_id(text: &str) -> bool {
    text.len() == 21 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_differ() {
        let ids: Vec<String> =
            [1, 1, 1_800_000_000_000, 1_800_000_000_001].map(|ms| new_id(ms).unwrap()).into();
        assert!(ids.iter().all(|id| is_id(id)) && ids[0] != ids[1]);
        assert!(ids[0] < ids[2] && ids[1] < ids[2] && ids[2] < ids[3]);
        for text in ["", "x", "../../../../etc/passwd", &ids[0].to_uppercase(), &format!("{}0", ids[0])] {
            assert!(!is_id(text) || text == ids[0], "{text}");
        }
    }
}
