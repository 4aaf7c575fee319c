//! A stand-in for a platform on loopback: it answers as it is told, notes what it was asked, and holds its limits.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// All lines of the head.
    pub(crate) head: String,
    pub(crate) body: String,
    pub(crate) at: Instant,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// What the stand-in does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Status, headers, body.
    Http(u16, Vec<(&'static str, String)>, String),
    /// A body that ends before its length.
    Cut(String),
    /// Nothing at all.
    Silence,
    /// The connection is closed.
    Close,
}

impl Answer {
    pub(crate) fn ok(body: impl Into<String>) -> Self {
        Self::Http(200, Vec::new(), body.into())
    }

    pub(crate) fn status(status: u16, body: impl Into<String>) -> Self {
        Self::Http(status, Vec::new(), body.into())
    }
}

type Answering = dyn Fn(&Asked) -> Answer + Send + Sync;

/// The stand-in; it ends when it is dropped.
pub(crate) struct Server {
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let answer: Arc<Answering> = Arc::new(answer);
        let noted = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, noted) = (Arc::clone(&answer), Arc::clone(&noted));
                // A client that goes away ends only its own connection.
                tokio::spawn(async move { serve(stream, &*answer, &noted).await.ok() });
            }
        });
        Self { address, asked, task }
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Number of requests of which so many more than the window allows came within a span.
    pub(crate) fn breaches(&self, num_requests: usize, span: Duration) -> usize {
        let at: Vec<Instant> = self.asked().iter().map(|asked| asked.at).collect();
        at.windows(num_requests + 1).filter(|of| of[num_requests] - of[0] < span).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, answer: &Answering, noted: &Mutex<Vec<Asked>>) -> std::io::Result<()> {
    let mut read = Vec::new();
    loop {
        let Some(asked) = request(&mut stream, &mut read).await? else { return Ok(()) };
        noted.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
        match answer(&asked) {
            Answer::Http(status, headers, body) => {
                let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    head.push_str(&format!("{name}: {value}\r\n"));
                }
                stream.write_all(format!("{head}\r\n{body}").as_bytes()).await?;
            }
            Answer::Cut(body) => {
                let head = format!("HTTP/1.1 200 X\r\ncontent-length: {}\r\n\r\n{body}", body.len() + 10);
                stream.write_all(head.as_bytes()).await?;
                return stream.shutdown().await;
            }
            Answer::Silence => std::future::pending().await,
            Answer::Close => return Ok(()),
        }
    }
}

/// The next request of a connection.
async fn request(stream: &mut TcpStream, read: &mut Vec<u8>) -> std::io::Result<Option<Asked>> {
    let mut chunk = [0; 8 << 10];
    loop {
        if let Some(end) = read.windows(4).position(|of| of == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&read[..end]).into_owned();
            let mut asked = Asked {
                method: head.split(' ').next().unwrap_or_default().to_owned(),
                target: head.split(' ').nth(1).unwrap_or_default().to_owned(),
                head,
                body: String::new(),
                at: Instant::now(),
            };
            let length = asked.header("content-length").and_then(|of| of.parse().ok()).unwrap_or(0);
            if read.len() >= end + 4 + length {
                asked.body = String::from_utf8_lossy(&read[end + 4..end + 4 + length]).into_owned();
                read.drain(..end + 4 + length);
                return Ok(Some(asked));
            }
        }
        let num = stream.read(&mut chunk).await?;
        if num == 0 {
            return Ok(None);
        }
        read.extend_from_slice(&chunk[..num]);
    }
}
