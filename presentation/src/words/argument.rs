//! What fills a variable of a text.

use casa24_schemas::Value;

use crate::card::{Line, Outside, Span};

use super::Said;

/// What fills a variable of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// A number of things: selects the plural, and is shown in the locale's form.
    Count(u64),
    /// A number that may have a fraction, with the same effect.
    Number(Value),
    /// Spans, which keep their style.
    Line(Line),
}

impl From<u64> for Argument {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<u32> for Argument {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<usize> for Argument {
    fn from(count: usize) -> Self {
        Self::Count(count as u64) // no processor has longer addresses
    }
}

impl From<Value> for Argument {
    fn from(number: Value) -> Self {
        Self::Number(number)
    }
}

impl From<Line> for Argument {
    fn from(line: Line) -> Self {
        Self::Line(line)
    }
}

impl From<Span> for Argument {
    fn from(span: Span) -> Self {
        Self::Line(Line(vec![span]))
    }
}

impl From<Said> for Argument {
    fn from(text: Said) -> Self {
        Span::from(text).into()
    }
}

impl From<Outside> for Argument {
    fn from(text: Outside) -> Self {
        Span::from(text).into()
    }
}
