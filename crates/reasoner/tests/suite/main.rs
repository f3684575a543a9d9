//! Expansion on graphs worked by hand, training, and all implementations against each other.

mod by_hand;
mod equality;
mod nbfnet;
mod pretraining;
mod support;
