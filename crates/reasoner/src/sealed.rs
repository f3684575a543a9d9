//! Bytes with a mark of what they are and a checksum.

use serde::Serialize;
use serde::de::DeserializeOwned;

const CHECKSUM: usize = blake3::OUT_LEN;

/// Magic, value, checksum of both.
pub(crate) fn seal(magic: [u8; 8], value: &impl Serialize) -> Vec<u8> {
    // Plain data into memory: nothing that could fail.
    let body = postcard::to_stdvec(value).unwrap_or_default();
    let mut bytes = [magic.as_slice(), &body].concat();
    bytes.extend_from_slice(blake3::hash(&bytes).as_bytes());
    bytes
}

/// The value, if the bytes are what was sealed; otherwise what is wrong, as a sentence.
pub(crate) fn open<T: DeserializeOwned>(magic: [u8; 8], bytes: &[u8]) -> Result<T, String> {
    let Some((content, checksum)) = bytes.split_last_chunk::<CHECKSUM>() else {
        return Err("they are cut short".to_owned());
    };
    let Some(body) = content.strip_prefix(magic.as_slice()) else {
        return Err("they do not begin as this version writes them".to_owned());
    };
    if blake3::hash(content).as_bytes() != checksum {
        return Err("their content does not match its checksum".to_owned());
    }
    postcard::from_bytes(body).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_and_nothing_else_does() {
        let bytes = seal(*b"magic001", &vec![1u32, 2, 3]);
        assert_eq!(open::<Vec<u32>>(*b"magic001", &bytes), Ok(vec![1, 2, 3]));
        assert!(open::<Vec<u32>>(*b"magic002", &bytes).is_err());
        for end in 0..bytes.len() {
            assert!(open::<Vec<u32>>(*b"magic001", &bytes[..end]).is_err());
            let mut flipped = bytes.clone();
            flipped[end] ^= 1;
            assert!(open::<Vec<u32>>(*b"magic001", &flipped).is_err());
        }
    }
}
