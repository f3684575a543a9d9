//! Models that are broken, incomplete or of another kind.

use std::path::Path;

use serde_json::{Value, json};
use tastegraph_text::{EncoderOptions, SentenceEncoder, TextError};
use tempfile::TempDir;

use crate::encoder::tiny;

const FILES: [&str; 5] = [
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "1_Pooling/config.json",
    "sentence_bert_config.json",
];

/// A copy of the tiny model, to be damaged.
fn copy() -> TempDir {
    let folder = TempDir::new().expect("a temporary folder can be made");
    fs_err::create_dir(folder.path().join("1_Pooling")).expect("it is empty");
    for file in FILES {
        fs_err::copy(tiny().join(file), folder.path().join(file)).expect("the fixture is there");
    }
    folder
}

fn error(folder: &Path) -> TextError {
    match SentenceEncoder::open(folder, &EncoderOptions::default()) {
        Ok(_) => panic!("this model must be refused"),
        Err(error) => error,
    }
}

/// The message says what is expected of it, names the file and gives advice.
fn refused(folder: &Path, file: &str, because: &str) {
    let message = error(folder).to_string();
    assert!(message.contains(because), "{message}");
    assert!(message.contains(file), "{message}");
}

fn change_json(folder: &Path, file: &str, change: impl FnOnce(&mut Value)) {
    let path = folder.join(file);
    let mut value =
        serde_json::from_slice(&fs_err::read(&path).expect("it was copied")).expect("it is JSON");
    change(&mut value);
    fs_err::write(path, value.to_string()).expect("it can be written");
}

#[test]
fn every_needed_file_is_missed_by_name() {
    for file in &FILES[..3] {
        let folder = copy();
        fs_err::remove_file(folder.path().join(file)).expect("it was copied");
        let error = error(folder.path());
        assert!(matches!(error, TextError::File(_)), "{error}");
        assert!(error.to_string().contains(file), "{error}");
    }
}

#[test]
fn what_else_is_missing_is_assumed() {
    let folder = copy();
    for file in &FILES[3..] {
        fs_err::remove_file(folder.path().join(file)).expect("it was copied");
    }
    assert!(SentenceEncoder::open(folder.path(), &EncoderOptions::default()).is_ok());
}

#[test]
fn files_that_are_no_json_are_refused() {
    for file in [
        "config.json",
        "tokenizer.json",
        "1_Pooling/config.json",
        "sentence_bert_config.json",
    ] {
        let folder = copy();
        fs_err::write(folder.path().join(file), "{\"model_type\": ").expect("it can be written");
        refused(folder.path(), file, "hint: ");
    }
}

#[test]
fn other_models_are_refused() {
    for (key, value, because) in [
        ("model_type", json!("roberta"), "\"roberta\""),
        ("hidden_act", json!("relu"), "\"relu\""),
        (
            "position_embedding_type",
            json!("relative_key"),
            "\"relative_key\"",
        ),
        ("num_attention_heads", json!(3), "3 heads"),
        ("num_attention_heads", json!(0), "too small"),
    ] {
        let folder = copy();
        change_json(folder.path(), "config.json", |config| config[key] = value);
        refused(folder.path(), "config.json", because);
    }
    let folder = copy();
    change_json(folder.path(), "1_Pooling/config.json", |pooling| {
        pooling["pooling_mode_cls_token"] = json!(true);
    });
    refused(folder.path(), "1_Pooling", "not pooled by their mean");
}

#[test]
fn weights_that_do_not_fit_the_configuration_are_refused() {
    for (key, value, because) in [
        (
            "num_hidden_layers",
            3,
            "there is no tensor \"encoder.layer.2.attention.self.query.weight\"",
        ),
        ("hidden_size", 32, "asks for [110, 32]"),
        (
            "intermediate_size",
            64,
            "the tensor \"encoder.layer.0.intermediate.dense.weight\" has the shape [32, 16]",
        ),
        ("max_position_embeddings", 512, "position_embeddings"),
    ] {
        let folder = copy();
        change_json(folder.path(), "config.json", |config| {
            config[key] = json!(value);
        });
        refused(folder.path(), "model.safetensors", because);
    }
}

#[test]
fn a_tokenizer_of_another_model_is_refused() {
    let folder = copy();
    change_json(folder.path(), "tokenizer.json", |tokenizer| {
        tokenizer["model"]["vocab"]["extra"] = json!(5000);
    });
    refused(folder.path(), "tokenizer.json", "belongs to another model");
    let folder = copy();
    change_json(folder.path(), "tokenizer.json", |tokenizer| {
        tokenizer["post_processor"] = Value::Null;
    });
    refused(folder.path(), "tokenizer.json", "special piece");
}

#[test]
fn a_broken_file_of_weights_is_refused_wherever_it_is_broken() {
    let whole = fs_err::read(tiny().join("model.safetensors")).expect("the fixture is there");
    let header = 8 + usize::from(u16::from_le_bytes([whole[0], whole[1]]));
    let cuts = [
        0,
        7,
        8,
        header / 2,
        header,
        header + 1,
        whole.len() / 2,
        whole.len() - 1,
    ];
    let cut = cuts.map(|length| whole[..length].to_vec());
    let lengths = [0xff, 0x7f, 0x00].map(|byte| [&[byte; 8][..], &whole[8..]].concat());
    for bytes in cut.into_iter().chain(lengths) {
        let folder = copy();
        fs_err::write(folder.path().join("model.safetensors"), bytes).expect("it can be written");
        refused(folder.path(), "model.safetensors", "hint: ");
    }
    // A header with any of its bytes changed is refused or read; nothing crashes.
    let folder = copy();
    for place in (8..header).step_by(37) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x15;
        fs_err::write(folder.path().join("model.safetensors"), bytes).expect("it can be written");
        let _ = SentenceEncoder::open(folder.path(), &EncoderOptions::default());
    }
}

#[test]
fn weights_that_are_no_numbers_are_refused() {
    let folder = copy();
    let path = folder.path().join("model.safetensors");
    let mut bytes = fs_err::read(&path).expect("it was copied");
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    fs_err::write(&path, bytes).expect("it can be written");
    refused(folder.path(), "model.safetensors", "no numbers");
}
