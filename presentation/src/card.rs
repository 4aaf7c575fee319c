//! A card: an answer laid out in sections, lines, spans and tables, for any reader. It knows no output: a Discord
//! message, a terminal and an HTML page each lay the same card out in their own way, and none of them parses text.

use crate::words::Said;

/// An answer as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Colour of the card's edge, 0xRRGGBB.
    pub colour: u32,
    /// What it is about.
    pub title: Line,
    /// What stands before the sections.
    pub lead: Vec<Block>,
    /// Sections in their order; those without blocks are left out.
    pub sections: Vec<Section>,
    /// Parts of the last line: the day, the sources, the method.
    pub footer: Vec<Line>,
    /// Name of the file that comes with the answer and is shown as a picture.
    pub picture: Option<String>,
    /// What the picture shows, in words for those who cannot see it; without it, the title stands for it.
    pub picture_text: Option<Outside>,
    /// Questions that a reader may ask next.
    pub controls: Vec<Control>,
    /// Whether it concerns the asker alone, such as what is wrong with a question.
    pub private: bool,
}

/// A part of a card with a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub heading: Line,
    /// What is in it, the most important first: an output with little room leaves out lines from the end.
    pub blocks: Vec<Block>,
    /// Number of further items that are not among the blocks.
    pub num_more: usize,
    /// Whether it is small enough to stand beside others.
    pub compact: bool,
}

/// Something that stands on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// One line.
    Line(Line),
    /// Rows whose cells are aligned.
    Table(Table),
}

/// Rows whose first cells stand in columns; what follows them is free text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Alignment of each column.
    pub columns: Vec<Align>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// Where the text of a column's cells stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left, as words.
    Left,
    /// At the right, as numbers.
    Right,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// One text for each column: numbers and tokens.
    pub cells: Vec<Said>,
    /// What follows the columns.
    pub line: Line,
}

/// Spans that stand on one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line(pub Vec<Span>);

/// A piece of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: Text,
    /// How it is emphasised.
    pub style: Style,
}

/// A text by its origin, which decides whether an output has to make it harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// From the word catalogue, or a number or day in the locale's form.
    Said(Said),
    /// From outside: a name, a title, what somebody typed.
    Outside(Outside),
    /// A command of the program by its name: a link to it in an output that has such links.
    Command(&'static str),
    /// A channel of Discord by its id, which is digits: a link to it in a message there.
    Channel(String),
}

/// A text from outside as it came. It implements no `Display` and gives its text to nobody but the outputs, each of
/// which has one function that makes it harmless there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside(String);

/// How a span is emphasised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Style {
    /// Not at all.
    #[default]
    Plain,
    /// What counts in the line.
    Strong,
    /// An aside: notes, flags, what is left out.
    Quiet,
}

/// A question that a reader may ask next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// What it says.
    pub label: Line,
    /// Name of the command.
    pub command: &'static str,
    /// Options of the command, as they would be typed.
    pub options: Vec<(&'static str, Outside)>,
}

impl Outside {
    /// A text from outside.
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text as it came: for the functions that make it harmless.
    pub(crate) fn raw(&self) -> &str {
        &self.0
    }
}

impl From<Outside> for Text {
    fn from(text: Outside) -> Self {
        Self::Outside(text)
    }
}

impl From<Said> for Text {
    fn from(text: Said) -> Self {
        Self::Said(text)
    }
}

impl<T: Into<Text>> From<T> for Span {
    fn from(text: T) -> Self {
        Self { text: text.into(), style: Style::Plain }
    }
}

impl<S: Into<Span>> From<S> for Line {
    fn from(span: S) -> Self {
        Self(vec![span.into()])
    }
}

impl From<Line> for Block {
    fn from(line: Line) -> Self {
        Self::Line(line)
    }
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

impl Line {
    /// This line and another one right after it.
    #[must_use]
    pub fn then(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// The line with every plain span emphasised.
    #[must_use]
    pub fn styled(mut self, style: Style) -> Self {
        for span in self.0.iter_mut().filter(|span| span.style == Style::Plain) {
            span.style = style;
        }
        self
    }

    /// The line as what counts.
    #[must_use]
    pub fn strong(self) -> Self {
        self.styled(Style::Strong)
    }

    /// The line as an aside.
    #[must_use]
    pub fn quiet(self) -> Self {
        self.styled(Style::Quiet)
    }

    /// Whether there is no span.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Card {
    /// A card with nothing but a title.
    pub const fn new(colour: u32, title: Line) -> Self {
        Self {
            colour,
            title,
            lead: Vec::new(),
            sections: Vec::new(),
            footer: Vec::new(),
            picture: None,
            picture_text: None,
            controls: Vec::new(),
            private: false,
        }
    }
}

impl Section {
    /// A section of its own width.
    pub fn new(heading: Line, blocks: Vec<Block>) -> Self {
        Self { heading, blocks, num_more: 0, compact: false }
    }
}
