//! The evaluator through its public surface.

mod golden;
mod leak;
mod overlap;
mod repeatable;
mod support;
