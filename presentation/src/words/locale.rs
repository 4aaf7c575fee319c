//! The languages that there are words for.

use icu_locale_core::{Locale as IcuLocale, locale};
use unic_langid::LanguageIdentifier;

/// A language that there are words for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Locale {
    /// English, for every other language too.
    #[default]
    English,
    /// Spanish.
    Spanish,
}

impl Locale {
    /// All of them.
    pub const ALL: &[Self] = &[Self::English, Self::Spanish];

    /// The one for a reader's BCP 47 tag: `es-419` gives Spanish, a language without words English.
    pub fn best_for(tag: &str) -> Self {
        let language = tag.trim().split(['-', '_']).next().unwrap_or_default();
        let same = |locale: &&Self| locale.as_str().eq_ignore_ascii_case(language);
        Self::ALL.iter().find(same).copied().unwrap_or_default()
    }

    /// Its BCP 47 tag.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// The locales of Discord that it serves, as Discord writes them.
    pub const fn discord_tags(self) -> &'static [&'static str] {
        match self {
            Self::English => &["en-US", "en-GB"],
            Self::Spanish => &["es-ES", "es-419"],
        }
    }

    pub(super) const fn for_icu(self) -> IcuLocale {
        match self {
            Self::English => locale!("en"),
            Self::Spanish => locale!("es"),
        }
    }

    pub(super) fn for_fluent(self) -> LanguageIdentifier {
        self.as_str().parse().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_the_language_of_the_tag_and_english_otherwise() {
        for (tag, locale) in [
            ("es-419", Locale::Spanish),
            ("ES_mx", Locale::Spanish),
            ("es", Locale::Spanish),
            ("en-GB", Locale::English),
            ("est", Locale::English),
            ("ja", Locale::English),
            ("", Locale::English),
        ] {
            assert_eq!(Locale::best_for(tag), locale, "{tag}");
        }
    }

    #[test]
    fn the_tags_of_discord_lead_back_to_the_locale() {
        for locale in Locale::ALL {
            for tag in locale.discord_tags() {
                assert_eq!(Locale::best_for(tag), *locale);
            }
        }
    }
}
