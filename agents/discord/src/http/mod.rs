//! Interactions that Discord sends by HTTP; the first answer is the response.

mod server;
mod signature;

pub(crate) use server::serve;
pub(crate) use signature::PublicKey;
