//! Asks somebody at a terminal who is meant, and which accounts are taken.

use std::io::{self, BufRead, Write};

use casa24_collectors::roster_search::Candidate;

use crate::roster_choice::Open;
use crate::roster_wording::{candidate_lines, names, platform_name, shown};

/// Somebody who can be asked: who reads what is written, and writes what is read.
pub(crate) struct Asker<R, W> {
    pub(crate) input: R,
    pub(crate) output: W,
}

impl<R: BufRead, W: Write> Asker<R, W> {
    /// Which of the candidates is meant; `None` where it is none of them, or nobody answers.
    pub(crate) fn candidate(&mut self, candidates: &[Candidate]) -> io::Result<Option<usize>> {
        for (index, candidate) in candidates.iter().enumerate() {
            let text = candidate_lines(candidate);
            let mut lines = text.lines();
            writeln!(self.output, "{:>3}  {}", index + 1, lines.next().unwrap_or_default())?;
            for line in lines {
                writeln!(self.output, "     {line}")?;
            }
        }
        self.number("Which artist is it?", candidates.len())
    }

    /// Which of the accounts on a platform is taken; `None` where it is none of them, or nobody answers.
    pub(crate) fn account(&mut self, open: &Open) -> io::Result<Option<usize>> {
        let platform = platform_name(&open.platform);
        if let [(id, sources)] = open.ids.as_slice() {
            let question =
                format!("{platform}: only {} names {}. Is it the artist's?", names(sources), shown(id));
            return Ok(self.is_yes(&question)?.then_some(0));
        }
        writeln!(self.output, "{platform}: several accounts are named")?;
        for (index, (id, sources)) in open.ids.iter().enumerate() {
            writeln!(self.output, "{:>3}  {} ({})", index + 1, shown(id), names(sources))?;
        }
        self.number("Which one is it?", open.ids.len())
    }

    fn is_yes(&mut self, question: &str) -> io::Result<bool> {
        loop {
            write!(self.output, "{question} [y/N] ")?;
            match self.answer()?.as_deref().map(str::to_lowercase).as_deref() {
                Some("y" | "yes") => return Ok(true),
                None | Some("" | "n" | "no") => return Ok(false),
                Some(_) => {}
            }
        }
    }

    fn number(&mut self, question: &str, last: usize) -> io::Result<Option<usize>> {
        loop {
            write!(self.output, "{question} [1-{last}, 0 for none] ")?;
            let Some(answer) = self.answer()? else { return Ok(None) };
            match answer.parse::<usize>() {
                Ok(0) => return Ok(None),
                Ok(number) if number <= last => return Ok(Some(number - 1)),
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// A line without its blanks; `None` at the end of the input.
    fn answer(&mut self) -> io::Result<Option<String>> {
        self.output.flush()?;
        let mut line = Vec::new();
        if self.input.read_until(b'\n', &mut line)? == 0 {
            writeln!(self.output)?;
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&line).trim().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use casa24_collectors::roster_search::Source;
    use casa24_schemas::Platform;

    use super::*;

    fn asker(input: &str) -> Asker<&[u8], Vec<u8>> {
        Asker { input: input.as_bytes(), output: Vec::new() }
    }

    fn candidates() -> Vec<Candidate> {
        let named = |name: &str| Candidate { name: name.to_owned(), ..Candidate::default() };
        vec![named("Luz"), named("Luz\u{1b}[2J\nLuz\u{202e}\u{9b}31m"), named("لوز")]
    }

    fn open(ids: &[&str]) -> Open {
        let ids = ids.iter().map(|id| ((*id).to_owned(), vec![Source::Wikidata])).collect();
        Open { platform: Platform::SPOTIFY, ids, is_disputed: false }
    }

    #[test]
    fn only_a_number_that_was_offered_is_a_choice() {
        for (input, expected) in
            [("2\n", Some(1)), ("x\n9\n-1\n\n 3 \n", Some(2)), ("0\n", None), ("", None), ("y\n", None)]
        {
            assert_eq!(asker(input).candidate(&candidates()).unwrap(), expected, "{input:?}");
        }
    }

    #[test]
    fn an_account_of_one_source_is_taken_only_on_a_yes() {
        for (input, expected) in
            [("y\n", Some(0)), ("YES\n", Some(0)), ("maybe\nn\n", None), ("\n", None), ("", None)]
        {
            assert_eq!(asker(input).account(&open(&["a"])).unwrap(), expected, "{input:?}");
        }
        assert_eq!(asker("y\n2\n").account(&open(&["a", "b"])).unwrap(), Some(1));
    }

    #[test]
    fn names_from_outside_control_no_terminal_and_fake_no_line() {
        let mut asker = asker("0\n");
        asker.candidate(&candidates()).unwrap();
        let said = String::from_utf8(asker.output).unwrap();
        assert_eq!(said.lines().count(), 4, "{said:?}");
        let is_harmful = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!said.contains(is_harmful), "{said:?}");
    }
}
