//! Prompts as a language model gets them.

mod budget;
mod describe;
mod gather;
mod golden;
mod hostile;
mod support;
mod template;
