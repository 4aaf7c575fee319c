//! Tokens of platforms and metrics, read.

use std::fmt;

use serde::Deserialize;

use crate::{Metric, MetricInfo, Platform, PlatformInfo, TrendKind};

/// Why a text cannot be the token of a platform or metric.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not 1 to 40 lower-case letters, digits and underscores")]
pub struct TokenError {
    /// The text, cut where it is long.
    pub found: String,
}

pub(crate) fn check_token(token: &str) -> Result<(), TokenError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if (1..=40).contains(&token.len()) && token.chars().all(allowed) {
        Ok(())
    } else {
        Err(TokenError { found: token.chars().take(60).collect() })
    }
}

impl Platform {
    /// The platform of this token.
    ///
    /// # Errors
    /// When the text is not 1 to 40 lower-case letters, digits and underscores.
    pub fn new(token: &str) -> Result<Self, TokenError> {
        // The known ones cost no allocation.
        if let Some(known) = PlatformInfo::ALL.iter().find(|info| info.token.as_str() == token) {
            return Ok(known.token.clone());
        }
        check_token(token)?;
        Ok(Self::owned(token))
    }
}

impl Metric {
    /// The metric of this token.
    ///
    /// # Errors
    /// When the text is not 1 to 40 lower-case letters, digits and underscores.
    pub fn new(token: &str) -> Result<Self, TokenError> {
        // The known ones cost no allocation.
        if let Some(known) = MetricInfo::all().find(|info| info.metric.as_str() == token) {
            return Ok(known.metric.clone());
        }
        check_token(token)?;
        Ok(Self::owned(token))
    }
}

impl TrendKind {
    /// The kind of this token.
    ///
    /// # Errors
    /// When the text is not 1 to 40 lower-case letters, digits and underscores.
    pub fn new(token: &str) -> Result<Self, TokenError> {
        if let Some(known) = Self::ALL.iter().find(|kind| kind.as_str() == token) {
            return Ok(known.clone());
        }
        check_token(token)?;
        Ok(Self::owned(token))
    }
}

macro_rules! deserialize {
    ($name:ident) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Token;
                impl serde::de::Visitor<'_> for Token {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a token of lower-case letters, digits and underscores")
                    }
                    fn visit_str<E: serde::de::Error>(self, token: &str) -> Result<$name, E> {
                        $name::new(token).map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Token)
            }
        }
    };
}

deserialize!(Platform);
deserialize!(Metric);
deserialize!(TrendKind);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_would_break_a_subject_are_refused() {
        for bad in ["", "a.b", "a b", "*", ">", "Spotify", &"x".repeat(41)] {
            assert!(Platform::new(bad).is_err() && Metric::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Platform::new("tiktok").unwrap().as_str(), "tiktok");
    }
}
