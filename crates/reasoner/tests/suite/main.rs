//! Expansion on graphs worked by hand, and both implementations against each other.

mod by_hand;
mod equality;
