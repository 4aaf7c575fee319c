//! Painted text on one line of a terminal.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

/// A piece of text in one style. Its text holds no control characters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) style: Style,
    /// Whether it is kept on one line where that is possible, such as a cell of a table.
    pub(super) is_whole: bool,
}

/// Pieces that stand on one line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Strip(pub(super) Vec<Piece>);

impl Piece {
    pub(super) fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style, is_whole: false }
    }
}

impl Strip {
    /// Columns that it takes.
    pub(super) fn width(&self) -> usize {
        self.0.iter().map(|piece| piece.text.width()).sum()
    }

    /// Adds a piece, to the last one where they have one style.
    pub(super) fn push(&mut self, piece: Piece) {
        match self.0.last_mut() {
            Some(last) if last.style == piece.style => last.text.push_str(&piece.text),
            _ => self.0.push(piece),
        }
    }

    /// Adds blanks up to a width.
    pub(super) fn pad_to(&mut self, width: usize) {
        let missing = width.saturating_sub(self.width());
        if missing > 0 {
            self.0.push(Piece::new(" ".repeat(missing), Style::new()));
        }
    }

    /// Drops the blanks at the end.
    pub(super) fn trim(mut self) -> Self {
        while let Some(last) = self.0.last_mut() {
            last.text.truncate(last.text.trim_end().len());
            if !last.text.is_empty() {
                break;
            }
            self.0.pop();
        }
        self
    }

    /// The text, with escape sequences if `colour` is set.
    pub(super) fn render(&self, colour: bool) -> String {
        let paint =
            |piece: &Piece| if colour { painted(&piece.text, piece.style) } else { piece.text.clone() };
        self.0.iter().map(paint).collect()
    }
}

/// A text between the escape sequences of a style.
pub(super) fn painted(text: &str, style: Style) -> String {
    format!("{}{text}{}", style.render(), style.render_reset())
}
