//! Numbers as decimal digits. `core::fmt` would be a fortieth of the module, and the build takes it out.

/// Appends a number.
pub(crate) fn push_decimal(text: &mut String, number: u32) {
    if number > 9 {
        push_decimal(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_digits() {
        for number in [0, 7, 10, 65_535, 1_000_000, u32::MAX] {
            let mut text = String::from("d");
            push_decimal(&mut text, number);
            assert_eq!(text, format!("d{number}"));
        }
    }
}
