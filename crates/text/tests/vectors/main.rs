//! Sentence vectors and nearest neighbours through the public surface.

#[cfg(feature = "encoder")]
mod encoder;
#[cfg(feature = "encoder")]
mod encoder_errors;
#[cfg(feature = "neighbours")]
mod neighbours;
#[cfg(feature = "neighbours")]
mod neighbours_file;
