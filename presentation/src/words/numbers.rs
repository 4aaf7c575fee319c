//! Numbers in the form of a language: `1,234`, `+56`, `−7`, `1.234,5`.

use std::sync::LazyLock;

use casa24_schemas::Value;
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;

use super::Locale;

/// From here on a number is written in powers of ten; nobody reads sixteen digits.
const TOO_LONG: f64 = 1e15;

/// The true minus sign, as wide as a plus sign.
const MINUS: &str = "−";

static ENGLISH: LazyLock<Numbers> = LazyLock::new(|| Numbers::new(Locale::English));
static SPANISH: LazyLock<Numbers> = LazyLock::new(|| Numbers::new(Locale::Spanish));

/// Writes numbers in the form of one language.
pub(super) struct Numbers {
    formatter: DecimalFormatter,
}

impl Numbers {
    pub(super) fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::English => &ENGLISH,
            Locale::Spanish => &SPANISH,
        }
    }

    fn new(locale: Locale) -> Self {
        let formatter = DecimalFormatter::try_new(locale.for_icu().into(), Default::default());
        Self { formatter: formatter.expect("the compiled data holds every locale, or its fallback") }
    }

    /// A number with thousands separators; a fraction keeps one decimal.
    pub(super) fn number(&self, value: Value) -> String {
        self.decimals(value.get(), num_decimals(value), "")
    }

    /// A number that stands for things, which have no halves: rounded to a whole one.
    pub(super) fn whole(&self, value: Value) -> String {
        self.decimals(value.get().round(), 0, "")
    }

    /// A change with its sign: `+1,234`, `−6`, and `0` for none.
    pub(super) fn signed(&self, change: Value) -> String {
        self.decimals(change.get(), num_decimals(change), "+")
    }

    /// A change with its sign and one decimal: `+5.6`.
    pub(super) fn signed_tenths(&self, change: f64) -> String {
        self.decimals(change, 1, "+")
    }

    /// A number with one decimal: `5.6`.
    pub(super) fn tenths(&self, number: f64) -> String {
        self.decimals(number, 1, "")
    }

    /// A count of things.
    pub(super) fn count(&self, count: u64) -> String {
        self.formatter.format(&Decimal::from(count)).to_string()
    }

    /// A number rounded to decimals; what is shown as zero has no sign.
    fn decimals(&self, number: f64, num_decimals: usize, plus: &str) -> String {
        let is_long = number.abs() >= TOO_LONG;
        let text = if is_long {
            format!("{:.3e}", number.abs())
        } else {
            format!("{:.num_decimals$}", number.abs())
        };
        let (digits, power) = text.split_once('e').unwrap_or((&text, ""));
        let is_zero = digits.trim_matches(['0', '.']).is_empty();
        let sign = match number {
            _ if is_zero => "",
            _ if number < 0.0 => MINUS,
            _ => plus,
        };
        let power = if is_long { format!("e{power}") } else { String::new() };
        format!("{sign}{}{power}", self.localised(digits))
    }

    /// Digits with a full stop in the form of the language.
    fn localised(&self, digits: &str) -> String {
        Decimal::try_from_str(digits)
            .map_or_else(|_| digits.to_owned(), |decimal| self.formatter.format(&decimal).to_string())
    }
}

fn num_decimals(value: Value) -> usize {
    usize::from(!value.is_whole())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn english() -> &'static Numbers {
        Numbers::of(Locale::English)
    }

    fn of(number: f64) -> Value {
        Value::new(number).unwrap()
    }

    #[test]
    fn numbers_have_thousands_separators() {
        assert_eq!(english().number(of(1_234_567.0)), "1,234,567");
        assert_eq!(english().number(of(999.0)), "999");
        assert_eq!(english().number(of(1_000.25)), "1,000.2");
        assert_eq!(english().whole(of(1_239.6)), "1,240");
        assert_eq!(english().count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn spanish_numbers_have_a_decimal_comma_and_no_separator_in_four_digits() {
        let spanish = Numbers::of(Locale::Spanish);
        assert_eq!(spanish.number(of(1_234_567.5)), "1.234.567,5");
        assert_eq!(spanish.number(of(1_234.0)), "1234");
        assert_eq!(spanish.signed(of(-12_345.0)), "−12.345");
    }

    #[test]
    fn a_change_has_one_sign() {
        assert_eq!(english().signed(of(1_234.0)), "+1,234");
        assert_eq!(english().signed(of(-1.0)), "−1");
        assert_eq!(english().signed(of(0.0)), "0");
    }

    #[test]
    fn what_would_be_shown_as_zero_has_no_sign() {
        assert_eq!(english().number(of(-0.04)), "0.0");
        assert_eq!(english().signed(of(0.04)), "0.0");
        assert_eq!(english().whole(of(-0.4)), "0");
    }

    #[test]
    fn a_number_that_nobody_reads_is_in_powers_of_ten() {
        assert_eq!(english().number(of(1.5e15)), "1.500e15");
        assert_eq!(Numbers::of(Locale::Spanish).number(of(-1.5e300)), "−1,500e300");
    }

    proptest! {
        #[test]
        fn no_figure_has_two_signs_or_is_not_a_number(bits: u64) {
            let Some(value) = Value::new(f64::from_bits(bits)) else { return Ok(()) };
            for numbers in Locale::ALL.iter().map(|locale| Numbers::of(*locale)) {
                for text in [numbers.number(value), numbers.whole(value), numbers.signed(value)] {
                    prop_assert!(!text.contains("+−") && !text.contains('-'), "{}", text);
                    prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{}", text);
                    prop_assert!(text.len() < 40, "{}", text);
                }
            }
        }
    }
}
