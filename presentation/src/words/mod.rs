//! The words of each language, and numbers, days and lists in its form. The texts are in `words/*.ftl` of this crate:
//! a translator edits those and nothing else.

mod argument;
mod catalogue;
mod days;
mod language;
mod lists;
mod locale;
mod names;
mod numbers;
mod said;

pub use argument::Argument;
pub use language::Words;
pub use locale::Locale;
pub use said::Said;
