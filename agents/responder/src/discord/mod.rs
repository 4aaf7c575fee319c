//! Discord messages: their limits, how names are made harmless, and how an embed is filled.

mod embed;
mod escape;
pub mod limits;

pub(crate) use embed::{Embed, Section, message};
pub use escape::escape;
pub(crate) use escape::name;
