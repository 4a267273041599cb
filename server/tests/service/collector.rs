//! A collector of traces that runs for a test: it takes requests as OTLP has them, and keeps what they held.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;

/// A request that came.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// How it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// It takes everything.
    Takes,
    /// It says this status, and nothing else.
    Says(u16),
    /// It says that one span was not taken.
    RefusesOne,
    /// It never answers.
    Silent,
    /// It sends an answer without an end.
    Endless,
}

/// A collector on this machine.
pub(crate) struct Collector {
    pub(crate) url: String,
    posts: Arc<Mutex<Vec<Post>>>,
    mood: Arc<Mutex<Mood>>,
}

impl Collector {
    pub(crate) fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (posts, mood): (Arc<Mutex<Vec<Post>>>, _) = (Arc::default(), Arc::new(Mutex::new(mood)));
        let shared = (Arc::clone(&posts), Arc::clone(&mood));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (posts, mood) = (Arc::clone(&shared.0), Arc::clone(&shared.1));
                std::thread::spawn(move || answer(stream, &posts, &mood));
            }
        });
        Self { url, posts, mood }
    }

    pub(crate) fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// Everything that came.
    pub(crate) fn posts(&self) -> Vec<Post> {
        self.posts.lock().unwrap().clone()
    }

    /// What was said of the server, and its spans.
    pub(crate) fn spans(&self) -> Vec<Kept> {
        let mut kept = Vec::new();
        for post in self.posts() {
            let request = match post.headers["content-type"].as_str() {
                "application/json" => serde_json::from_slice(&post.body).unwrap(),
                _ => ExportTraceServiceRequest::decode(post.body.as_slice()).unwrap(),
            };
            for of_server in request.resource_spans {
                let resource = values(&of_server.resource.unwrap().attributes);
                let spans = of_server.scope_spans.into_iter().flat_map(|scope| scope.spans);
                kept.extend(spans.map(|span| Kept::of(&span, &resource)));
            }
        }
        kept
    }

    /// The spans, when there is one that is wanted.
    pub(crate) fn wait(&self, what: &str, wanted: impl Fn(&Kept) -> bool) -> Vec<Kept> {
        let began = Instant::now();
        loop {
            let spans = self.spans();
            if spans.iter().any(&wanted) {
                return spans;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "no {what}: {spans:#?}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// A span that came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept {
    pub(crate) name: String,
    pub(crate) trace: String,
    pub(crate) id: String,
    /// Empty when it has none.
    pub(crate) parent: String,
    pub(crate) kind: i32,
    /// 2 for an error.
    pub(crate) status: i32,
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) state: String,
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) resource: BTreeMap<String, String>,
}

impl Kept {
    fn of(span: &Span, resource: &BTreeMap<String, String>) -> Self {
        Self {
            name: span.name.clone(),
            trace: hex(&span.trace_id),
            id: hex(&span.span_id),
            parent: hex(&span.parent_span_id),
            kind: span.kind,
            status: span.status.as_ref().map_or(0, |status| status.code),
            start: span.start_time_unix_nano,
            end: span.end_time_unix_nano,
            state: span.trace_state.clone(),
            values: values(&span.attributes),
            resource: resource.clone(),
        }
    }

    pub(crate) fn says(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn values(pairs: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |pair: &KeyValue| match pair.value.as_ref().unwrap().value.as_ref().unwrap() {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    };
    pairs.iter().map(|pair| (pair.key.clone(), text(pair))).collect()
}

/// One connection, with as many requests as come.
fn answer(stream: TcpStream, posts: &Mutex<Vec<Post>>, mood: &Mutex<Mood>) {
    let mut reader = BufReader::new(stream);
    while let Some(post) = read(&mut reader) {
        posts.lock().unwrap().push(post);
        let mood = *mood.lock().unwrap();
        let stream = reader.get_mut();
        let written = match mood {
            Mood::Takes => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
            Mood::Says(status) => write!(
                stream,
                "HTTP/1.1 {status} No\r\nlocation: /elsewhere\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n"
            ),
            // {1: {1: 1, 2: "too old"}}
            Mood::RefusesOne => stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n\x0a\x0b\x08\x01\x12\x07too old"),
            Mood::Silent => return std::thread::sleep(Duration::from_secs(600)),
            Mood::Endless => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
                while stream.write_all(&[0; 4096]).is_ok() {}
                return;
            }
        };
        if written.is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Post> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Post { path, headers, body })
}
