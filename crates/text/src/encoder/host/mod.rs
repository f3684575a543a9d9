//! The model on the CPU.
//!
//! The same computation as on tensors, for one purpose: a sentence as fast as the processor can. Products with weights
//! are done from weights that were laid out for them when the model was opened, sentences of a batch lie one after the
//! other without padding, and the error function and the exponential function are done for many values at once.

mod attention;
mod bert;
mod elementwise;
mod matrix;

pub(super) use bert::HostBert;
