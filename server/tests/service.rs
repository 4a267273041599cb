//! A whole server, as operators and clients meet it: the real program, in a folder of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "service/running.rs"]
mod running;

#[path = "service/canary.rs"]
mod canary;
#[path = "service/matrix.rs"]
mod matrix;
#[path = "service/reco.rs"]
mod reco;
#[path = "service/tokens.rs"]
mod tokens;
#[path = "service/way.rs"]
mod way;
