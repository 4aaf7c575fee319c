//! Rows of a CSV file: bytes in, the cells of each row out, with the line of the file on which they stand.

use std::collections::VecDeque;
use std::io::{self, Read};

use csv::{ErrorKind, Reader, ReaderBuilder, StringRecord};

use super::refused;

/// Reads rows one after the other.
///
/// The csv crate counts line feeds only, and a blank line or the second half of a CRLF to the row that follows: lines
/// are counted here, from the bytes that it reads.
pub(super) struct Rows<R: Read> {
    csv: Reader<Watched<R>>,
    record: StringRecord,
    /// Line on which the row begins.
    line: u64,
}

impl<R: Read> Rows<R> {
    pub(super) fn new(input: R) -> Self {
        let mut builder = ReaderBuilder::new();
        // The heading is a row like others, and rows of another length get a message of their own.
        builder.has_headers(false).flexible(true).buffer_capacity(1 << 16);
        Self { csv: builder.from_reader(Watched::new(input)), record: StringRecord::new(), line: 1 }
    }

    /// Goes to the next row; false where there is none. Blank lines are no rows.
    ///
    /// # Errors
    /// When the file cannot be read, is not UTF-8, or has quotes that do not go together.
    pub(super) fn advance(&mut self) -> anyhow::Result<bool> {
        let from = self.csv.position().byte();
        let read = self.csv.read_record(&mut self.record);
        let watched = self.csv.get_mut();
        self.line = watched.row_from(from).unwrap_or(self.line);
        let line = self.line;
        match read {
            Err(error) => Err(match error.kind() {
                ErrorKind::Utf8 { .. } => {
                    refused(format!("line {line}: this is not UTF-8 text; save the file as CSV in UTF-8"))
                }
                _ => error.into(),
            }),
            Ok(_) if watched.state == State::Quoted && watched.at_end => {
                Err(refused(format!("line {}: a quote is opened here and never closed", watched.opened)))
            }
            Ok(_) => match watched.misplaced {
                Some((opened, line)) => Err(refused(format!(
                    "line {line}: text follows a closing quote (the quote was opened on line {opened}); a quote \
                     within quotes is written twice"
                ))),
                None => read.map_err(Into::into),
            },
        }
    }

    /// Text of a cell; empty where the row is shorter.
    pub(super) fn cell(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    /// All cells.
    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        self.record.iter()
    }

    /// Number of cells.
    pub(super) fn len(&self) -> usize {
        self.record.len()
    }

    /// Line on which the row begins.
    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    /// Where a cell stands: quoted cells before it may hold line breaks.
    pub(super) fn place(&self, column: usize) -> String {
        let breaks: u64 = self.record.iter().take(column).map(num_breaks).sum();
        let line = self.line;
        if breaks == 0 {
            return format!("line {line}");
        }
        format!("line {} (of the row that begins on line {line})", line + breaks)
    }
}

/// Line breaks in a text: LF, CRLF or CR.
fn num_breaks(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let ends_line =
        |at: &usize| bytes[*at] == b'\n' || bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).filter(ends_line).count() as u64
}

/// Bytes on their way to the csv crate, with what it does not tell of them. A byte order mark is left out.
struct Watched<R> {
    input: R,
    begun: bool,
    at_end: bool,
    /// Bytes so far, and the line of the next one.
    num_bytes: u64,
    line: u64,
    state: State,
    after_carriage_return: bool,
    /// Where rows begin that were not asked for yet: offset and line.
    rows: VecDeque<(u64, u64)>,
    /// Line of the newest opening quote.
    opened: u64,
    /// Lines of the first quote that is closed within a cell: where it opens and where it closes.
    misplaced: Option<(u64, u64)>,
}

/// Where in a row the next byte is, by the rules of RFC 4180; a quote within an unquoted cell is a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    BetweenRows,
    CellBegins,
    Plain,
    Quoted,
    /// After a quote in a quoted cell: the cell's end, or the first of two.
    QuoteSeen,
}

impl<R> Watched<R> {
    const fn new(input: R) -> Self {
        Self {
            input,
            begun: false,
            at_end: false,
            num_bytes: 0,
            line: 1,
            state: State::BetweenRows,
            after_carriage_return: false,
            rows: VecDeque::new(),
            opened: 0,
            misplaced: None,
        }
    }

    /// Line of the first row that begins at an offset or after it.
    fn row_from(&mut self, offset: u64) -> Option<u64> {
        while let Some((start, line)) = self.rows.pop_front() {
            if start >= offset {
                return Some(line);
            }
        }
        None
    }

    fn watch(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let ends_line = matches!(byte, b'\n' | b'\r');
            if self.state == State::BetweenRows && !ends_line {
                self.rows.push_back((self.num_bytes, self.line));
                self.state = State::CellBegins;
            }
            self.state = match (self.state, byte) {
                (State::Quoted, b'"') => State::QuoteSeen,
                (State::Quoted, _) => State::Quoted,
                (_, b'\n' | b'\r') => State::BetweenRows,
                (_, b',') => State::CellBegins,
                (State::CellBegins, b'"') => {
                    self.opened = self.line;
                    State::Quoted
                }
                (State::QuoteSeen, b'"') => State::Quoted,
                (State::QuoteSeen, _) => {
                    self.misplaced = self.misplaced.or(Some((self.opened, self.line)));
                    State::Plain
                }
                _ => State::Plain,
            };
            // The second half of a CRLF has been counted with the first.
            self.line += u64::from(ends_line && !(*byte == b'\n' && self.after_carriage_return));
            self.after_carriage_return = *byte == b'\r';
            self.num_bytes += 1;
        }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
        let mut num_read = self.input.read(buffer)?;
        if !self.begun {
            self.begun = true;
            // A pipe may give one byte at a time.
            while num_read > 0 && num_read < BYTE_ORDER_MARK.len() && num_read < buffer.len() {
                match self.input.read(&mut buffer[num_read..])? {
                    0 => break,
                    more => num_read += more,
                }
            }
            if buffer[..num_read].starts_with(BYTE_ORDER_MARK) {
                buffer.copy_within(BYTE_ORDER_MARK.len()..num_read, 0);
                num_read -= BYTE_ORDER_MARK.len();
                if num_read == 0 {
                    num_read = self.input.read(buffer)?;
                }
            }
        }
        self.watch(&buffer[..num_read]);
        self.at_end = num_read == 0;
        Ok(num_read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first cell of each row and the line on which it begins.
    fn lines(bytes: impl Read) -> Vec<(String, u64)> {
        let mut rows = Rows::new(bytes);
        let mut lines = Vec::new();
        while rows.advance().unwrap() {
            lines.push((rows.cell(0).to_owned(), rows.line()));
        }
        lines
    }

    fn owned(lines: &[(&str, u64)]) -> Vec<(String, u64)> {
        lines.iter().map(|(cell, line)| ((*cell).to_owned(), *line)).collect()
    }

    fn complaint(text: &str) -> String {
        let mut rows = Rows::new(text.as_bytes());
        loop {
            match rows.advance() {
                Ok(more) => assert!(more, "nothing was refused in {text:?}"),
                Err(error) => return error.to_string(),
            }
        }
    }

    #[test]
    fn rows_know_their_line_with_every_line_break() {
        let expected = owned(&[("a", 1), ("b", 2), ("c", 5)]);
        for line_break in ["\n", "\r\n", "\r"] {
            for end in ["", line_break] {
                let text = ["a,1", "b,2", "", "", "c,3"].join(line_break) + end;
                assert_eq!(lines(text.as_bytes()), expected, "{text:?}");
                let marked = format!("\u{feff}{text}");
                assert_eq!(lines(marked.as_bytes()), expected, "{marked:?}");
            }
        }
        assert_eq!(lines("\r\n\n\ra\r\nb\rc\n".as_bytes()), owned(&[("a", 4), ("b", 5), ("c", 6)]));
    }

    #[test]
    fn breaks_within_quotes_are_lines_too() {
        let text = "\"a\r\nb\",1\r\n\"c\"\"\n\rd\",2\n\ne\"f,\"3\n\"\nlast,4";
        let expected = owned(&[("a\r\nb", 1), ("c\"\n\rd", 3), ("e\"f", 7), ("last", 9)]);
        assert_eq!(lines(text.as_bytes()), expected);
        let mut rows = Rows::new("\"a\nb\",\"c\rd\",e\n".as_bytes());
        assert!(rows.advance().unwrap());
        let places = [0, 1, 2].map(|column| rows.place(column));
        let within = |line: u64| format!("line {line} (of the row that begins on line 1)");
        assert_eq!(places, ["line 1".to_owned(), within(2), within(3)]);
    }

    /// Gives one byte at a time.
    struct Dripping<'a>(&'a [u8]);

    impl Read for Dripping<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let num_bytes = self.0.len().min(buffer.len()).min(1);
            buffer[..num_bytes].copy_from_slice(&self.0[..num_bytes]);
            self.0 = &self.0[num_bytes..];
            Ok(num_bytes)
        }
    }

    #[test]
    fn it_does_not_matter_how_bytes_come() {
        let long: String = (0..40_000).map(|at| format!("row {at},\"x\r\n\"\r\n\r\n")).collect();
        for text in ["\u{feff}a,1\r\nb,2\r\n", "\u{feff}", "a", long.as_str()] {
            assert_eq!(lines(Dripping(text.as_bytes())), lines(text.as_bytes()));
        }
        assert_eq!(lines(long.as_bytes()).last(), Some(&("row 39999".to_owned(), 3 * 39_999 + 1)));
    }

    #[test]
    fn quotes_that_do_not_go_together_are_refused() {
        assert!(complaint("a,1\r\nb,\"2").contains("line 2: a quote is opened here and never closed"));
        assert!(complaint("a,1\n\"b,2\nc,3\nd,4\n").contains("line 2: a quote is opened"));
        assert!(complaint("a,\"1\n\n\"b\",2\n").starts_with("line 3: text follows a closing quote"));
        assert!(complaint("a,\"1\nb,\"2\nc,3\n").contains("opened on line 1"));
    }

    #[test]
    fn what_is_no_utf8_is_named_with_its_line() {
        let mut rows = Rows::new(&b"a,1\r\nM\xfcller,2\r\n"[..]);
        assert!(rows.advance().unwrap());
        assert!(rows.advance().unwrap_err().to_string().starts_with("line 2: this is not UTF-8"));
    }
}
