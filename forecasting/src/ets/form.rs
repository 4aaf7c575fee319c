//! What an exponential smoothing model consists of, and its name.

use std::fmt;

/// How a component is joined to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Component {
    /// There is no such component.
    None,
    /// It is added.
    Additive,
    /// It is multiplied with.
    Multiplicative,
}

/// Components of an exponential smoothing model; `ETS(A,Ad,N)` when displayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    pub(super) error: Component,
    pub(super) trend: Component,
    pub(super) is_damped: bool,
    pub(super) season: Component,
}

impl Form {
    /// The forms that are compared, simple ones first: additive trends, and multiplicative errors and
    /// seasons where all values are above zero. Left out, as statsforecast's AutoETS leaves them out: multiplicative
    /// trends, and multiplicative seasons with additive errors, which have no stable likelihood.
    pub(super) fn candidates(is_positive: bool, has_season: bool) -> impl Iterator<Item = Self> {
        let trends = [(Component::None, false), (Component::Additive, false), (Component::Additive, true)];
        let seasons = [Component::None, Component::Additive, Component::Multiplicative];
        let errors = [Component::Additive, Component::Multiplicative];
        seasons
            .into_iter()
            .flat_map(move |season| trends.into_iter().map(move |trend| (season, trend)))
            .flat_map(move |(season, (trend, is_damped))| {
                errors.into_iter().map(move |error| Self { error, trend, is_damped, season })
            })
            .filter(move |form| {
                (is_positive || form.error == Component::Additive)
                    && (has_season || form.season == Component::None)
                    && (form.season != Component::Multiplicative || form.error == Component::Multiplicative)
            })
    }

    /// How the error is joined; never [`Component::None`].
    pub fn error(&self) -> Component {
        self.error
    }

    /// How the trend is joined.
    pub fn trend(&self) -> Component {
        self.trend
    }

    /// Whether the trend dies away with distance.
    pub fn is_damped(&self) -> bool {
        self.is_damped
    }

    /// How the season is joined.
    pub fn season(&self) -> Component {
        self.season
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |kind| match kind {
            Component::None => 'N',
            Component::Additive => 'A',
            Component::Multiplicative => 'M',
        };
        let damped = if self.is_damped { "d" } else { "" };
        write!(f, "ETS({},{}{damped},{})", letter(self.error), letter(self.trend), letter(self.season))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(is_positive: bool, has_season: bool) -> Vec<String> {
        Form::candidates(is_positive, has_season).map(|form| form.to_string()).collect()
    }

    #[test]
    fn candidates_suit_the_series() {
        assert_eq!(names(false, false), ["ETS(A,N,N)", "ETS(A,A,N)", "ETS(A,Ad,N)"]);
        assert_eq!(names(false, true)[3..], ["ETS(A,N,A)", "ETS(A,A,A)", "ETS(A,Ad,A)"]);
        assert_eq!(names(true, true).len(), 15);
        assert!(!names(true, true).contains(&"ETS(A,N,M)".to_owned()));
    }
}
