//! Faults planted into made-up labels are found, and clean labels are left alone.

mod chance;
mod faults;
mod judged;
mod label;
mod table;
