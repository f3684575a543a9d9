//! A small HTTP server that misbehaves as real ones do.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// What one request is answered with.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// A status, a further header line, and a body.
    Status(u16, &'static str, String),
    /// A stream of events, sent in pieces of so many bytes.
    Stream(String, usize),
    /// A body that is shorter than its length says.
    Truncated(String),
    /// A stream that breaks off without an end.
    Broken(String),
    /// Nothing for a while, then nothing at all.
    Silent(Duration),
}

/// A request that was made.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Value,
}

/// A server on a free port of this machine; it ends with the process.
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers requests in turn, the last answer for ever.
    pub(crate) fn new(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let Ok(stream) = stream else { return };
                let answer = &answers[number.min(answers.len() - 1)];
                let _ = serve(stream, answer, &log);
            }
        });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic in the server").clone()
    }
}

fn serve(mut stream: TcpStream, answer: &Answer, log: &Mutex<Vec<Seen>>) -> std::io::Result<()> {
    let request = read(&mut stream)?;
    log.lock().expect("no panic in a test").push(request);
    match answer {
        Answer::Status(status, header, body) => {
            let header = if header.is_empty() {
                String::new()
            } else {
                format!("{header}\r\n")
            };
            write!(
                stream,
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{header}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            )
        }
        Answer::Stream(body, piece) => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            )?;
            for piece in body.as_bytes().chunks(*piece) {
                write!(stream, "{:x}\r\n", piece.len())?;
                stream.write_all(piece)?;
                stream.write_all(b"\r\n")?;
                stream.flush()?;
            }
            write!(stream, "0\r\n\r\n")
        }
        Answer::Truncated(body) => write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len() + 100
        ),
        Answer::Broken(body) => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            )?;
            write!(stream, "{:x}\r\n{body}\r\n", body.len())
        }
        Answer::Silent(time) => {
            std::thread::sleep(*time);
            Ok(())
        }
    }
}

fn read(stream: &mut TcpStream) -> std::io::Result<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mut length, mut authorization) = (0, None);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim().split_once(':') else {
            break;
        };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or_default(),
            "authorization" => authorization = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Seen {
        path,
        authorization,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
    })
}

/// A completion as a whole.
pub(crate) fn whole(text: &str) -> String {
    json!({
        "id": "x", "object": "chat.completion", "service_tier": "unheard-of", "system_fingerprint": null,
        "choices": [{"index": 0, "finish_reason": "", "logprobs": null,
            "message": {"role": "assistant", "content": text, "tool_calls": []}}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10, "details": {}},
    })
    .to_string()
}

/// A completion as a stream of events, a character each.
pub(crate) fn streamed(text: &str) -> String {
    let mut events = String::from(": warming up\n\n");
    for piece in text.chars() {
        let delta =
            json!({"choices": [{"delta": {"content": piece.to_string()}, "finish_reason": null}]});
        events += &format!("data: {delta}\n\n");
    }
    events += &format!(
        "data: {}\n\ndata: [DONE]\n\n",
        json!({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}})
    );
    events
}
