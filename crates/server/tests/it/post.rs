//! A mail server and a receiver of webhooks that keep what they are given.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use data_encoding::BASE64_MIME;
use server::App;
use server::channel::Channels;
use server::config::{Config, Encryption, Mail};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Everything it was given, as it came.
#[derive(Clone, Default)]
pub struct PostOffice {
    mails: Arc<Mutex<Vec<String>>>,
}

impl PostOffice {
    /// Opens one and has `app` send its mail there.
    pub async fn open(app: &mut App) -> Self {
        let office = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mail = Mail {
            host: "127.0.0.1".to_owned(),
            port,
            from: "回声 <service@ours.example>".to_owned(),
            encryption: Encryption::None,
            ..Mail::default()
        };
        let config = Config { mail, ..Config::default() };
        app.channels = Arc::new(Channels::new(app.db.clone(), &config));
        let (tasks, mails) = (app.tasks.clone(), office.mails.clone());
        app.tasks.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tasks.spawn(serve(stream, mails.clone()));
            }
        });
        office
    }

    /// What came since the last time, oldest first.
    pub fn take(&self) -> Vec<Letter> {
        self.mails.lock().unwrap().drain(..).map(|it| Letter { raw: it }).collect()
    }
}

/// One mail.
#[derive(Debug)]
pub struct Letter {
    pub raw: String,
}

impl Letter {
    /// The value of a header, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.raw.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        let line = head
            .lines()
            .find(|it| it.split_once(':').is_some_and(|(it, _)| it.eq_ignore_ascii_case(name)))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    }

    /// The text of the part of this type, decoded.
    pub fn part(&self, kind: &str) -> String {
        let part = self.raw.split("\r\n--").find(|it| it.contains(kind)).expect("a part");
        let (head, body) = part.split_once("\r\n\r\n").expect("a head");
        let bytes = if head.to_lowercase().contains("base64") {
            let body: String = body.split_whitespace().collect();
            BASE64_MIME.decode(body.as_bytes()).expect("base 64")
        } else if head.to_lowercase().contains("quoted-printable") {
            unquote(body)
        } else {
            body.as_bytes().to_vec()
        };
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// Every link in the mail, each once.
    pub fn links(&self) -> Vec<String> {
        let all = format!("{}\n{}", self.part("text/plain"), self.part("text/html"));
        let all = all.replace("&amp;", "&");
        let starts = all.match_indices("http://").map(|it| &all[it.0..]);
        let end = |it: char| it.is_whitespace() || "\"<>".contains(it);
        let mut links: Vec<String> =
            starts.map(|it| it.split(end).next().unwrap_or_default().to_owned()).collect();
        links.sort();
        links.dedup();
        links
    }
}

fn unquote(body: &str) -> Vec<u8> {
    let joined = body.replace("=\r\n", "");
    let (mut bytes, mut rest) = (vec![], joined.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        if first == b'=' && 2 <= after.len() {
            let hex = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    bytes
}

async fn serve(stream: TcpStream, mails: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    write.write_all(b"220 here\r\n").await.unwrap();
    let mut line = String::new();
    while lines.read_line(&mut line).await.is_ok_and(|it| 0 < it) {
        let verb = line.split([' ', '\r']).next().unwrap_or_default().to_uppercase();
        let reply: &[u8] = match verb.as_str() {
            "EHLO" => b"250-here\r\n250 8BITMIME\r\n",
            "DATA" => b"354 go on\r\n",
            "QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        if line.contains("nobody@") {
            write.write_all(b"550 no such mailbox\r\n").await.unwrap();
        } else {
            write.write_all(reply).await.unwrap();
        }
        if verb == "DATA" {
            let mut mail = String::new();
            while !mail.ends_with("\r\n.\r\n") && 0 < lines.read_line(&mut mail).await.unwrap() {}
            // A line that begins with a dot was sent with one more (RFC 5321, 4.5.2).
            let mail = mail.trim_end_matches("\r\n.\r\n").replace("\r\n..", "\r\n.");
            mails.lock().unwrap().push(mail);
            write.write_all(b"250 taken\r\n").await.unwrap();
        }
        line.clear();
    }
}

/// One call of a webhook.
#[derive(Debug, Clone)]
pub struct Call {
    pub headers: HeaderMap,
    pub body: String,
}

/// A receiver that refuses the first calls and takes the rest.
#[derive(Clone, Default)]
pub struct Receiver {
    calls: Arc<Mutex<Vec<Call>>>,
    refuse: Arc<Mutex<usize>>,
}

impl Receiver {
    /// Opens one, its address, and lets `app` call it.
    pub async fn open(app: &mut App, refuse: usize) -> (Self, String) {
        let receiver = Self { refuse: Arc::new(Mutex::new(refuse)), ..Self::default() };
        let config = Config { webhooks_to_private_addresses: true, ..Config::default() };
        app.channels = Arc::new(Channels::new(app.db.clone(), &config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/in", listener.local_addr().unwrap());
        let router = Router::new().route("/in", post(take)).with_state(receiver.clone());
        app.tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        (receiver, address)
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> StatusCode {
    receiver.calls.lock().unwrap().push(Call { headers, body });
    let mut refuse = receiver.refuse.lock().unwrap();
    if *refuse == 0 {
        return StatusCode::NO_CONTENT;
    }
    *refuse -= 1;
    StatusCode::SERVICE_UNAVAILABLE
}
