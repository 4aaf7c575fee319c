//! Everything that is said in one language.

use std::sync::LazyLock;

use casa24_schemas::{Date, Metric, Platform, Value};

use crate::card::Line;

use super::catalogue::Catalogue;
use super::days::Days;
use super::lists::Lists;
use super::numbers::Numbers;
use super::{Argument, Locale, Said, names};

static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::new(Locale::English));
static SPANISH: LazyLock<Words> = LazyLock::new(|| Words::new(Locale::Spanish));

/// The texts of one language, and numbers, days and lists in its form.
pub struct Words {
    locale: Locale,
    catalogue: Catalogue,
    numbers: &'static Numbers,
    days: Days,
    lists: Lists,
}

impl Words {
    /// The words of a language.
    pub fn of(locale: Locale) -> &'static Self {
        match locale {
            Locale::English => &ENGLISH,
            Locale::Spanish => &SPANISH,
        }
    }

    fn new(locale: Locale) -> Self {
        Self {
            locale,
            catalogue: Catalogue::of(locale),
            numbers: Numbers::of(locale),
            days: Days::of(locale),
            lists: Lists::of(locale),
        }
    }

    /// Their language.
    pub const fn locale(&self) -> Locale {
        self.locale
    }

    /// A text without variables.
    pub fn say(&self, id: &str) -> Said {
        self.catalogue.said(id, &[])
    }

    /// A text whose variables are filled with counts alone.
    pub fn fill(&self, id: &str, counts: &[(&'static str, u64)]) -> Said {
        self.catalogue.counted(id, counts)
    }

    /// A text whose variables are filled with counts and spans; spans keep their style.
    pub fn line(&self, id: &str, arguments: &[(&'static str, Argument)]) -> Line {
        self.catalogue.line(id, arguments)
    }

    /// A number with thousands separators; a fraction keeps one decimal.
    pub fn number(&self, value: Value) -> Said {
        Said::new(self.numbers.number(value))
    }

    /// A number that stands for things, which have no halves: rounded to a whole one.
    pub fn whole(&self, value: Value) -> Said {
        Said::new(self.numbers.whole(value))
    }

    /// A change with its sign: `+1,234`, `−6`, and `0` for none.
    pub fn signed(&self, change: Value) -> Said {
        Said::new(self.numbers.signed(change))
    }

    /// A change in percent with its sign and one decimal: `+5.6 %`.
    pub fn percent(&self, change_pct: Value) -> Said {
        self.in_percent(change_pct, |number| self.numbers.signed_tenths(number))
    }

    /// A number of percent without a plus sign: `3.1 %`.
    pub fn percent_off(&self, off_pct: Value) -> Said {
        self.in_percent(off_pct, |number| self.numbers.tenths(number))
    }

    /// A number of percent rounded to one decimal; what is not zero is not shown as zero.
    fn in_percent(&self, pct: Value, write: impl Fn(f64) -> String) -> Said {
        let rounded = (pct.get() * 10.0).round() / 10.0;
        if rounded == 0.0 && pct.get() != 0.0 {
            return self.catalogue.said("percent-under", &[("limit", &self.numbers.tenths(0.1))]);
        }
        let number = if rounded.is_finite() { rounded } else { pct.get() };
        self.catalogue.said("percent", &[("number", &write(number))])
    }

    /// A number with one decimal where it has a fraction; what is not zero is not shown as zero.
    pub fn small(&self, value: Value) -> Said {
        if value.get() != 0.0 && value.get().abs() < 0.05 {
            return self.catalogue.said("number-under", &[("limit", &self.numbers.tenths(0.1))]);
        }
        self.number(value)
    }

    /// A count of things.
    pub fn count(&self, count: u64) -> Said {
        Said::new(self.numbers.count(count))
    }

    /// A day with its year: `Sep 30, 2025`.
    pub fn day(&self, date: Date) -> Said {
        Said::new(self.days.full(date))
    }

    /// A day without its year, where the year is plain: `Sep 30`.
    pub fn day_short(&self, date: Date) -> Said {
        Said::new(self.days.short(date))
    }

    /// The month of a day: `September`.
    pub fn month(&self, date: Date) -> Said {
        Said::new(self.days.month(date))
    }

    /// A year: `2025`, in every language without a separator.
    pub fn year(&self, year: i32) -> Said {
        Said::new(year.to_string())
    }

    /// Items as a list: `a, b and c`.
    pub fn list(&self, items: Vec<Line>) -> Line {
        self.lists.and(items)
    }

    /// Items as alternatives: `a, b or c`.
    pub fn list_or(&self, items: Vec<Line>) -> Line {
        self.lists.or(items)
    }

    /// A platform: `Spotify`.
    pub fn platform(&self, platform: &Platform) -> Said {
        names::platform(platform)
    }

    /// A metric without its platform: `followers`.
    pub fn metric(&self, platform: &Platform, metric: &Metric) -> Said {
        names::metric(&self.catalogue, platform, metric, None)
    }

    /// A metric behind a value of it: `follower` behind 1, `followers` behind 2.
    pub fn metric_of(&self, value: Value, platform: &Platform, metric: &Metric) -> Said {
        names::metric(&self.catalogue, platform, metric, Some(value))
    }

    /// Points of a score behind their number: `point` behind 1, `points` behind 2.
    pub fn points_of(&self, value: Value) -> Said {
        self.catalogue.beside("points", Some(value))
    }

    /// A metric with its platform: `Spotify followers`, `seguidores en Spotify`.
    pub fn series(&self, platform: &Platform, metric: &Metric) -> Said {
        let (platform_name, metric_name) = (self.platform(platform), self.metric(platform, metric));
        let arguments = [("platform", platform_name.as_str()), ("metric", metric_name.as_str())];
        self.catalogue.said("series", &arguments)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use crate::card::{Outside, Span, Style, Text};

    use super::*;

    fn english() -> &'static Words {
        Words::of(Locale::English)
    }

    fn spanish() -> &'static Words {
        Words::of(Locale::Spanish)
    }

    fn of(number: f64) -> Value {
        Value::new(number).unwrap()
    }

    fn plain(line: &Line) -> String {
        let texts = line.0.iter().map(|span| match &span.text {
            Text::Said(said) => said.as_str(),
            Text::Outside(outside) => outside.raw(),
            Text::Channel(id) => id,
            Text::Command(command) => command,
        });
        texts.collect()
    }

    fn name(text: &str) -> Line {
        Outside::new(text).into()
    }

    #[test]
    fn percentages_have_one_decimal() {
        assert_eq!(english().percent(of(5.55)).as_str(), "+5.6 %");
        assert_eq!(english().percent(of(-40.04)).as_str(), "−40.0 %");
        assert_eq!(english().percent(of(0.0)).as_str(), "0.0 %");
        assert_eq!(english().percent(of(-0.01)).as_str(), "under 0.1 %");
        assert_eq!(english().percent_off(of(4.14)).as_str(), "4.1 %");
        assert_eq!(spanish().percent(of(5.55)).as_str(), "+5,6 %");
        assert_eq!(spanish().percent(of(0.01)).as_str(), "menos del 0,1 %");
    }

    #[test]
    fn days_are_in_the_form_of_the_language() {
        assert_eq!(english().day(date!(2025 - 09 - 30)).as_str(), "Sep 30, 2025");
        assert_eq!(spanish().day(date!(2025 - 09 - 30)).as_str(), "30 sept 2025");
        assert_eq!(english().day_short(date!(2025 - 09 - 30)).as_str(), "Sep 30");
        assert_eq!(spanish().day_short(date!(2025 - 09 - 30)).as_str(), "30 sept");
        assert_eq!(english().month(date!(2025 - 09 - 30)).as_str(), "September");
        assert_eq!(spanish().month(date!(2025 - 09 - 30)).as_str(), "septiembre");
    }

    #[test]
    fn every_day_can_be_written() {
        for day in [Date::MIN, Date::MAX, date!(0000 - 01 - 01)] {
            assert!(!english().day(day).as_str().is_empty());
            assert!(!spanish().day_short(day).as_str().is_empty());
        }
    }

    #[test]
    fn lists_end_in_the_languages_own_and() {
        let names = |names: &[&str]| names.iter().map(|text| name(text)).collect::<Vec<_>>();
        assert_eq!(plain(&english().list(names(&[]))), "");
        assert_eq!(plain(&english().list(names(&["a"]))), "a");
        assert_eq!(plain(&english().list(names(&["a", "b"]))), "a and b");
        assert_eq!(plain(&english().list(names(&["a", "b", "c"]))), "a, b and c");
        assert_eq!(plain(&spanish().list(names(&["Luz", "Mar", "Iván"]))), "Luz, Mar e Iván");
        assert_eq!(plain(&english().list_or(names(&["Luz", "Mar"]))), "Luz or Mar");
        assert_eq!(plain(&spanish().list_or(names(&["Luz", "Omar"]))), "Luz u Omar");
    }

    #[test]
    fn the_items_of_a_list_keep_style_and_origin() {
        let list = english().list(vec![name("a").strong(), name("")]);
        assert_eq!(list.0[0], Span { text: Outside::new("a").into(), style: Style::Strong });
        assert!(matches!(&list.0[1].text, Text::Said(said) if said.as_str() == " and "));
        assert_eq!(list.0[2], Span::from(Outside::new("")));
    }

    #[test]
    fn plurals_and_counts_are_in_the_form_of_the_language() {
        let more = |words: &Words, count: u64| plain(&words.line("more-pages", &[("count", count.into())]));
        assert_eq!(more(english(), 1), "1 more page");
        assert_eq!(more(english(), 12_345), "12,345 more pages");
        assert_eq!(more(spanish(), 1), "1 página más");
        assert_eq!(more(spanish(), 12_345), "12.345 páginas más");
    }

    #[test]
    fn what_stands_behind_a_number_agrees_with_it() {
        let followers = |words: &Words, number: f64| {
            words.metric_of(of(number), &Platform::SPOTIFY, &Metric::FOLLOWERS).as_str().to_owned()
        };
        let all = [0.0, 0.5, 1.0, 2.0, -1.0, 1e300].map(|number| followers(english(), number));
        assert_eq!(all, ["followers", "followers", "follower", "followers", "follower", "followers"]);
        assert_eq!([1.0, 2.0].map(|number| followers(spanish(), number)), ["seguidor", "seguidores"]);
        assert_eq!(
            [1.0, 2.0].map(|number| english().points_of(of(number)).as_str().to_owned()),
            ["point", "points"]
        );
        let fans = Metric::new("fans").unwrap();
        assert_eq!(english().metric_of(of(1.0), &Platform::DEEZER, &fans).as_str(), "fan");
        assert_eq!(english().metric(&Platform::SPOTIFY, &Metric::FOLLOWERS).as_str(), "followers");
    }

    #[test]
    fn a_number_with_a_fraction_is_shown_and_selects_the_plural() {
        let so_far = |words: &Words, number: f64| {
            plain(&words.line("achievements-times-so-far", &[("have", of(number).into())]))
        };
        assert_eq!(so_far(english(), 1.0), "1 time at most so far");
        assert_eq!(so_far(english(), 1.5), "1.5 times at most so far");
        assert_eq!(so_far(spanish(), 1.0), "1 vez como mucho hasta ahora");
        assert_eq!(so_far(spanish(), 12_345.5), "12.345,5 veces como mucho hasta ahora");
    }

    #[test]
    fn spans_keep_their_style_and_the_text_around_them() {
        let argument =
            Line::from(english().number(of(7.0))).strong().then(Outside::new("{ $number }\u{e001}"));
        let line = english().line("percent", &[("number", argument.into())]);
        assert_eq!(line.0[0].style, Style::Strong);
        assert_eq!(line.0[1], Span::from(Outside::new("{ $number }\u{e001}")));
        assert!(matches!(&line.0[2].text, Text::Said(said) if said.as_str() == " %"));
    }

    #[test]
    fn an_unknown_text_shows_its_id() {
        assert_eq!(english().say("no-such-text").as_str(), "no such text");
        assert_eq!(plain(&english().line("no-such-text", &[("count", 3_u64.into())])), "no such text");
    }

    #[test]
    fn platforms_and_metrics_of_other_people_have_names_too() {
        let (platform, metric) = (Platform::new("apple_music").unwrap(), Metric::new("daily_plays").unwrap());
        assert_eq!(english().platform(&platform).as_str(), "Apple music");
        assert_eq!(english().series(&platform, &metric).as_str(), "Apple music daily plays");
        assert_eq!(spanish().series(&platform, &metric).as_str(), "daily plays en Apple music");
        assert_eq!(english().platform(&Platform::YOUTUBE).as_str(), "YouTube");
        assert_eq!(english().series(&Platform::SPOTIFY, &Metric::FOLLOWERS).as_str(), "Spotify followers");
        assert_eq!(
            spanish().series(&Platform::SPOTIFY, &Metric::FOLLOWERS).as_str(),
            "seguidores en Spotify"
        );
    }

    proptest! {
        #[test]
        fn no_percentage_has_two_signs(bits: u64) {
            let Some(value) = Value::new(f64::from_bits(bits)) else { return Ok(()) };
            for words in Locale::ALL.iter().map(|locale| Words::of(*locale)) {
                for said in [words.percent(value), words.percent_off(value)] {
                    let text = said.as_str();
                    prop_assert!(!text.contains("+−") && !text.contains('-') && text.len() < 40, "{}", text);
                    prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{}", text);
                }
            }
        }
    }
}
