//! Retrieval as its users see it, over a graph that is small enough to be read.

mod conditions;
mod evidence;
mod explanation;
mod fallback;
mod parameters;
mod properties;
mod ranking;
mod similar;
mod support;
