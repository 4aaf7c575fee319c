//! Several artists in one text: `Casa 24, ROSALÍA, "Mar, y Sol"`.

/// The names in a text, in their order: between commas of any script, blanks around them left out; quotes around a name
/// keep its commas. Empty ones are left out.
pub(crate) fn names_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut name = String::new();
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' | '“' | '”' | '„' if quoted || name.trim().is_empty() => quoted = !quoted,
            ',' | '，' | '、' | '،' if !quoted => names.push(std::mem::take(&mut name)),
            _ => name.push(c),
        }
    }
    names.push(name);
    names.iter().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Whether a text is one name, the same as a whole.
pub(crate) fn is_one_name(text: &str) -> bool {
    !text.contains(['"', '“', '”', '„', ',', '，', '、', '،'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_between_commas_and_quotes_keep_them() {
        assert_eq!(
            names_in("Casa 24, ROSALÍA ,宇多田ヒカル、Mar"),
            ["Casa 24", "ROSALÍA", "宇多田ヒカル", "Mar"]
        );
        assert_eq!(
            names_in(r#""Mar, y Sol", “Luz”,, The "Real" One"#),
            ["Mar, y Sol", "Luz", "The \"Real\" One"]
        );
        assert_eq!(names_in(" , "), [""; 0]);
    }
}
