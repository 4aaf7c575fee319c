//! A card as HTML: a page of its own, or a part of one.

mod fragment;
mod page;

pub use fragment::fragment;
pub use page::page;
