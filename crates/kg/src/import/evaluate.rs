//! From a row to values and terms.

use std::borrow::Cow;

use oxigraph::model::{BlankNode, Literal, NamedNode, Term, vocab::xsd};

use super::datatype;
use super::model::{
    Condition, Expression, Make, Origin, Replacement, TermKind, TermMap, Test, Tested,
};
use super::python;
use super::row::{Frame, Item, Natural, Row, Value};
use super::run::Run;
use super::template::{Piece, Template, push_encoded};
use super::terms;

/// What is wrong with a row.
#[derive(Debug)]
pub(super) struct Fault {
    /// The reference, as the mapping has it.
    pub(super) column: String,
    pub(super) value: Option<String>,
    pub(super) message: String,
}

/// A value, or a term that a table or the graph has given for one.
pub(super) enum Produced<'a> {
    Value(Value<'a>),
    Term(Term),
}

impl Produced<'_> {
    /// The value, the text of a literal, or an IRI.
    fn text(&self) -> &str {
        match self {
            Self::Value(value) => &value.text,
            Self::Term(Term::Literal(literal)) => literal.value(),
            Self::Term(Term::NamedNode(node)) => node.as_str(),
            Self::Term(_) => "",
        }
    }
}

impl Expression {
    /// All that a row has for this expression, in the order of the row.
    pub(super) fn produce<'a>(
        &'a self,
        row: &Row<'a>,
        run: &'a Run<'_>,
        encode: bool,
    ) -> Result<Vec<Produced<'a>>, Fault> {
        let values = self.values(row, encode)?;
        let mut produced = Vec::with_capacity(values.len());
        for value in values {
            if let Some(table) = &self.translate {
                match table.get(&*value.text) {
                    Some(term) => produced.push(Produced::Term(term.clone())),
                    None => return Err(self.untranslated(&value)),
                }
            } else if let Some(lookup) = self.lookup {
                produced.extend(run.look_up(lookup, &value.text).map(Produced::Term));
            } else {
                produced.push(Produced::Value(value));
            }
        }
        Ok(produced)
    }

    fn untranslated(&self, value: &Value<'_>) -> Fault {
        let mut known: Vec<&str> = self
            .translate
            .iter()
            .flat_map(|table| table.keys().map(String::as_str))
            .collect();
        known.sort_unstable();
        self.fault(
            Some(&value.text),
            format!(
                "is not among the values that tm:translate names{}",
                terms::did_you_mean(&value.text, known)
            ),
        )
    }

    pub(super) fn fault(&self, value: Option<&str>, message: impl Into<String>) -> Fault {
        Fault {
            column: self.written(),
            value: value.map(str::to_owned),
            message: message.into(),
        }
    }

    /// The texts of a row, before tables and the graph are asked.
    pub(super) fn values<'a>(
        &'a self,
        row: &Row<'a>,
        encode: bool,
    ) -> Result<Vec<Value<'a>>, Fault> {
        match &self.from {
            Origin::Constant(text) => Ok(vec![Value::text(text.as_str())]),
            Origin::Reference(reference) => {
                let values = reference.values(row, self.optional);
                self.cleaned(values.map_err(|reason| self.fault(None, reason))?, row)
            }
            Origin::Template(template) => self.filled(template, row, encode),
        }
    }

    /// A text for each combination of the values in it; none if one of them is empty.
    fn filled<'a>(
        &'a self,
        template: &'a Template,
        row: &Row<'a>,
        encode: bool,
    ) -> Result<Vec<Value<'a>>, Fault> {
        let mut texts = vec![String::new()];
        for piece in &template.pieces {
            match piece {
                Piece::Text(text) => texts.iter_mut().for_each(|all| all.push_str(text)),
                Piece::Value(reference) => {
                    let values = reference.values(row, self.optional);
                    let values =
                        self.cleaned(values.map_err(|reason| self.fault(None, reason))?, row)?;
                    let append = |all: &mut String, value: &Value<'_>| {
                        if encode {
                            push_encoded(all, &value.text);
                        } else {
                            all.push_str(&value.text);
                        }
                    };
                    if let [value] = &values[..] {
                        for text in &mut texts {
                            append(text, value);
                        }
                        continue;
                    }
                    let mut combined = Vec::with_capacity(texts.len() * values.len());
                    for text in &texts {
                        for value in &values {
                            let mut text = text.clone();
                            append(&mut text, value);
                            combined.push(text);
                        }
                    }
                    texts = combined;
                }
            }
        }
        Ok(texts.into_iter().map(Value::text).collect())
    }

    /// Parts replaced, decoded, split, matched and put into lower case, as far as the mapping says so.
    fn cleaned<'a>(&self, values: Vec<Value<'a>>, row: &Row<'_>) -> Result<Vec<Value<'a>>, Fault> {
        let mut values = values;
        if let Some(replacement) = &self.replace {
            for value in &mut values {
                value.text = Cow::Owned(replacement.apply(&value.text, row)?);
            }
        }
        if self.decode_python {
            let mut keys = Vec::new();
            for value in values {
                let found = python::keys(&value.text)
                    .map_err(|reason| self.fault(Some(&value.text), reason))?;
                keys.extend(found.into_iter().filter(|key| !key.is_empty()));
            }
            values = keys.into_iter().map(Value::text).collect();
        }
        if let Some(separator) = &self.separator {
            values = split(values, separator);
        }
        if let Some(pattern) = &self.pattern {
            let mut found = Vec::new();
            for value in &values {
                for captures in pattern.captures_iter(&value.text) {
                    let part = captures.get(1).or_else(|| captures.get(0));
                    let part = part.map_or("", |part| part.as_str()).trim();
                    if !part.is_empty() {
                        found.push(Value::text(part.to_owned()));
                    }
                }
            }
            values = found;
        }
        if self.lower {
            for value in &mut values {
                value.text = Cow::Owned(value.text.to_lowercase());
            }
        }
        Ok(values)
    }
}

impl Replacement {
    /// The text with its matches replaced.
    fn apply(&self, text: &str, row: &Row<'_>) -> Result<String, Fault> {
        let mut replaced = String::with_capacity(text.len());
        let mut end = 0;
        for (index, captures) in self.pattern.captures_iter(text).enumerate() {
            let Some(whole) = captures.get(0) else {
                continue;
            };
            let part = captures.get(1).unwrap_or(whole);
            let mut frames = row.frames.to_vec();
            frames.push(Frame {
                item: Item::Text(part.as_str()),
                position: index as u64 + 1,
                key: None,
            });
            let inner = Row {
                frames: &frames,
                place: row.place,
            };
            replaced.push_str(&text[end..whole.start()]);
            match self.with.values(&inner, false)?.first() {
                Some(value) => replaced.push_str(&value.text),
                None => replaced.push_str(whole.as_str()),
            }
            end = whole.end();
        }
        replaced.push_str(&text[end..]);
        Ok(replaced)
    }
}

fn split<'a>(values: Vec<Value<'a>>, separator: &str) -> Vec<Value<'a>> {
    let is_part = |part: &&str| !part.is_empty();
    values
        .into_iter()
        .flat_map(|value| match value.text {
            Cow::Borrowed(text) => text
                .split(separator)
                .map(str::trim)
                .filter(is_part)
                .map(Value::text)
                .collect::<Vec<_>>(),
            Cow::Owned(text) => text
                .split(separator)
                .map(str::trim)
                .filter(is_part)
                .map(|part| Value::text(part.to_owned()))
                .collect(),
        })
        .collect()
}

impl Condition {
    fn holds(&self, row: &Row<'_>, run: &Run<'_>) -> Result<bool, Fault> {
        let values = match &self.tested {
            Tested::Value(expression) => expression.produce(row, run, false)?,
            Tested::Join(join) => {
                let terms = run.join(join, row)?;
                terms.into_iter().map(Produced::Term).collect()
            }
        };
        let mut texts = values.iter().map(Produced::text);
        let holds = match &self.test {
            Test::Exists(wanted) => values.is_empty() != *wanted,
            Test::OneOf(set) => texts.any(|text| set.contains(text)),
            Test::Matches(pattern) => texts.any(|text| pattern.is_match(text)),
            Test::Same(other) => {
                let others = other.produce(row, run, false)?;
                texts.any(|text| others.iter().any(|other| other.text() == text))
            }
        };
        Ok(holds != self.negated)
    }
}

/// Whether all conditions hold.
pub(super) fn all_hold(
    conditions: &[Condition],
    row: &Row<'_>,
    run: &Run<'_>,
) -> Result<bool, Fault> {
    for condition in conditions {
        if !condition.holds(row, run)? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl TermMap {
    /// The terms of a row.
    pub(super) fn terms(&self, row: &Row<'_>, run: &Run<'_>) -> Result<Vec<Term>, Fault> {
        let mut terms = if all_hold(&self.when, row, run)? {
            self.made(row, run)?
        } else {
            Vec::new()
        };
        if terms.is_empty()
            && let Some(otherwise) = &self.otherwise
        {
            terms = otherwise.terms(row, run)?;
        }
        Ok(terms)
    }

    fn made(&self, row: &Row<'_>, run: &Run<'_>) -> Result<Vec<Term>, Fault> {
        match &self.make {
            Make::Constant(term) => Ok(vec![term.clone()]),
            Make::Join(join) => run.join(join, row),
            Make::Value { expression, kind } => {
                let encode = matches!(kind, TermKind::Iri { .. }) && expression.lookup.is_none();
                let produced = expression.produce(row, run, encode)?;
                let mut terms = Vec::with_capacity(produced.len());
                for one in produced {
                    match one {
                        Produced::Term(term) => terms.push(term),
                        Produced::Value(value) => {
                            if let Some(term) = kind.term(&value, expression, row, run)? {
                                terms.push(term);
                            }
                        }
                    }
                }
                Ok(terms)
            }
        }
    }
}

impl TermKind {
    fn term(
        &self,
        value: &Value<'_>,
        expression: &Expression,
        row: &Row<'_>,
        run: &Run<'_>,
    ) -> Result<Option<Term>, Fault> {
        let text = &*value.text;
        match self {
            Self::Iri { is_safe: true } => Ok(Some(NamedNode::new_unchecked(text).into())),
            Self::Iri { is_safe: false } => match NamedNode::new(text) {
                Ok(node) => Ok(Some(node.into())),
                Err(error) => Err(expression.fault(
                    Some(text),
                    format!("is not an absolute IRI: {error}\nhint: make one with rr:template"),
                )),
            },
            Self::BlankNode => Ok(Some(run.blank_node(text).into())),
            Self::Literal { datatype, language } => {
                if let Some(language) = language {
                    return tagged(text, language, row);
                }
                typed(value, datatype.as_ref())
                    .map(Some)
                    .map_err(|kind| expression.fault(Some(text), format!("is not a valid {kind}")))
            }
        }
    }
}

/// Without a language where the row has none.
fn tagged(text: &str, language: &Expression, row: &Row<'_>) -> Result<Option<Term>, Fault> {
    let Some(tag) = language.values(row, false)?.into_iter().next() else {
        return Ok(Some(Literal::new_simple_literal(text).into()));
    };
    match Literal::new_language_tagged_literal(text, &*tag.text) {
        Ok(literal) => Ok(Some(literal.into())),
        Err(error) => {
            Err(language.fault(Some(&tag.text), format!("is not a language tag: {error}")))
        }
    }
}

/// A literal with the datatype asked for, or the one that the value has by itself; the name of the
/// datatype if the value does not fit.
fn typed(value: &Value<'_>, datatype: Option<&NamedNode>) -> Result<Term, String> {
    let Some(datatype) = datatype else {
        let natural = match value.natural {
            Natural::Text => return Ok(Literal::new_simple_literal(&*value.text).into()),
            Natural::Integer => xsd::INTEGER,
            Natural::Double => xsd::DOUBLE,
            Natural::Boolean => xsd::BOOLEAN,
        };
        return Ok(Literal::new_typed_literal(&*value.text, natural).into());
    };
    if datatype.as_ref() == xsd::STRING {
        return Ok(Literal::new_simple_literal(&*value.text).into());
    }
    let text = value.text.trim();
    if datatype::is_valid(text, datatype.as_ref()) {
        Ok(Literal::new_typed_literal(text, datatype.clone()).into())
    } else {
        Err(datatype::name(datatype.as_str()))
    }
}

/// A label that RDF allows, different for different texts.
pub(super) fn blank_label(scope: u64, text: &str) -> BlankNode {
    let mut label = format!("m{scope:x}_");
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            label.push(c);
        } else {
            label.extend(["_", &format!("{:x}", u32::from(c)), "_"]);
        }
    }
    BlankNode::new_unchecked(label)
}
