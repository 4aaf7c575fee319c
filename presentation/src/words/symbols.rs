//! Signs that mean the same in every language.

use super::Said;

/// A sign between or beside texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    /// A blank.
    Space,
    /// Between items of a list of names or tokens.
    Comma,
    /// Between notes.
    Semicolon,
    /// Between parts of a line.
    Dot,
    /// Between parts of a sum.
    Plus,
    /// From a value to a later one.
    Arrow,
    /// Stands for a number that is missing.
    Dash,
    /// Beside a figure that is not what it seems.
    Warning,
    /// Before the places that were won.
    Up,
    /// Before the places that were lost.
    Down,
}

impl From<Symbol> for Said {
    fn from(symbol: Symbol) -> Self {
        Self::symbol(match symbol {
            Symbol::Space => " ",
            Symbol::Comma => ", ",
            Symbol::Semicolon => "; ",
            Symbol::Dot => " · ",
            Symbol::Plus => " + ",
            Symbol::Arrow => " → ",
            Symbol::Dash => "–",
            Symbol::Warning => "⚠",
            Symbol::Up => "▲",
            Symbol::Down => "▼",
        })
    }
}

impl From<Symbol> for crate::card::Text {
    fn from(symbol: Symbol) -> Self {
        Self::Said(symbol.into())
    }
}
