//! Whether a text is a value of an XML Schema datatype.

use std::str::FromStr;

use oxigraph::model::{NamedNodeRef, vocab::xsd};
use oxsdatatypes::{
    Boolean, Date, DateTime, Decimal, Double, Duration, GYear, GYearMonth, Integer, Time,
};

/// Whether `text` is in the lexical space of the datatype; anything is, of a datatype not known here.
pub(super) fn is_valid(text: &str, datatype: NamedNodeRef<'_>) -> bool {
    fn reads<T: FromStr>(text: &str) -> bool {
        T::from_str(text).is_ok()
    }
    if datatype == xsd::INTEGER {
        // Integers have no limit in XML Schema, but SPARQL engines compute with 64 bits.
        reads::<Integer>(text)
    } else if datatype == xsd::DECIMAL {
        reads::<Decimal>(text)
    } else if datatype == xsd::DOUBLE || datatype == xsd::FLOAT {
        reads::<Double>(text)
    } else if datatype == xsd::BOOLEAN {
        reads::<Boolean>(text)
    } else if datatype == xsd::DATE {
        reads::<Date>(text)
    } else if datatype == xsd::DATE_TIME {
        reads::<DateTime>(text)
    } else if datatype == xsd::TIME {
        reads::<Time>(text)
    } else if datatype == xsd::G_YEAR {
        reads::<GYear>(text)
    } else if datatype == xsd::G_YEAR_MONTH {
        reads::<GYearMonth>(text)
    } else if datatype == xsd::DURATION {
        reads::<Duration>(text)
    } else {
        true
    }
}

/// `xsd:integer` for the IRI of it.
pub(super) fn name(iri: &str) -> String {
    match iri.strip_prefix("http://www.w3.org/2001/XMLSchema#") {
        Some(local) => format!("xsd:{local}"),
        None => format!("<{iri}>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_checked_by_datatype() {
        for (text, datatype) in [
            ("1995", xsd::INTEGER),
            ("-4.0", xsd::DECIMAL),
            ("1e3", xsd::DOUBLE),
            ("2020-02-29", xsd::DATE),
            ("1995", xsd::G_YEAR),
            ("anything", xsd::TOKEN),
        ] {
            assert!(is_valid(text, datatype), "{text} {datatype}");
        }
        for (text, datatype) in [
            ("19x5", xsd::INTEGER),
            ("4,0", xsd::DECIMAL),
            ("2021-02-29", xsd::DATE),
            ("yes", xsd::BOOLEAN),
        ] {
            assert!(!is_valid(text, datatype), "{text} {datatype}");
        }
    }
}
