//! Questions of every command: a fixed list, and ones that have not been asked for long.

use std::cell::Cell;

use casa24_schemas::{Command as Question, OptionValue};

/// One question of every command, and those about all artists.
pub(crate) fn each_command(names: &[String]) -> Vec<Question> {
    let [first, second, ..] = names else { return Vec::new() };
    [
        question("stats", &[]),
        question("artist", &[("name", first)]),
        question("growth", &[("artist", first), ("period", "30")]),
        question("growth", &[("period", "30")]),
        question("predict", &[("artist", first)]),
        question("predict", &[]),
        question("accuracy", &[]),
        question("battle", &[("artist1", first), ("artist2", second)]),
        question("leaderboard", &[("metric", "total-reach")]),
    ]
    .into()
}

pub(crate) fn question(name: &str, options: &[(&str, &str)]) -> Question {
    let options =
        options.iter().map(|(name, value)| ((*name).to_owned(), OptionValue::Text((*value).to_owned())));
    Question::new("bench", name, options.collect())
}

/// The question as a person types it.
pub(crate) fn line(question: &Question) -> String {
    let options = question.options.iter().map(|(name, value)| match value {
        OptionValue::Text(text) => format!(" {name}:{text}"),
        OptionValue::Integer(number) => format!(" {name}:{number}"),
    });
    format!("{}{}", question.name, options.collect::<String>())
}

/// A mix of all commands.
pub(crate) struct Questions {
    names: Vec<String>,
    asked_before: Vec<Question>,
    pictures: bool,
    /// So that questions of two loads are unlike each other too.
    num_made: Cell<usize>,
}

impl Questions {
    pub(crate) fn new(names: &[String]) -> Self {
        Self {
            names: names.to_vec(),
            asked_before: each_command(names),
            pictures: false,
            num_made: Cell::new(0),
        }
    }

    /// Questions whose answers come with a picture.
    pub(crate) fn pictures(&self) -> Self {
        Self { pictures: true, num_made: Cell::new(self.num_made.get() + 500_000), ..Self::new(&self.names) }
    }

    /// The next question: one of a few, or one that is unlike the newest 1,000, more than are kept.
    pub(crate) fn next(&self, index: usize, unlike: bool) -> Question {
        if !unlike && !self.pictures {
            return self.asked_before[index % self.asked_before.len()].clone();
        }
        let number = self.num_made.replace(self.num_made.get() + 1);
        let name = |number: usize| self.names[number % self.names.len()].as_str();
        let (one, other) = (name(number / 7), name(number / 7 + 1 + number / (7 * self.names.len())));
        let goal = (1_000 + number).to_string();
        let period = (1 + number / 7 % 3_650).to_string();
        let days = (7 + number / 7 % 84).to_string();
        // A day of the last months makes a question new whose options are few.
        let day = casa24_schemas::Observed::parse("2025-09-30").ok().map(casa24_schemas::Observed::date);
        let ago = time::Duration::days((number / 7 % 700) as i64);
        let as_of = day.and_then(|day| day.checked_sub(ago));
        let metric = ("metric", "spotify-followers");
        if self.pictures {
            let picture = question("predict", &[("artist", one), metric, ("goal", &goal)]);
            return Question { image: true, ..picture };
        }
        match number % 7 {
            0 => Question { as_of, ..question("stats", &[]) },
            1 => Question { as_of, ..question("artist", &[("name", one)]) },
            2 => question("growth", &[("period", &period)]),
            3 => question("predict", &[metric, ("goal", &goal)]),
            4 => question("accuracy", &[("artist", one), ("days", &days)]),
            5 => Question { as_of, ..question("battle", &[("artist1", one), ("artist2", other)]) },
            _ => Question { as_of, ..question("leaderboard", &[("metric", "total-reach")]) },
        }
    }
}
