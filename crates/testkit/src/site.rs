//! An authority's site on this machine: a small real HTTP/1.1 server that answers as a test scripts it and counts what it
//! was asked. It behaves as the sites do: entity tags, 429 with `Retry-After`, failures that pass, answers that crawl.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How a page answers.
#[derive(Debug, Clone)]
pub struct Page {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    /// First answers that are given instead of the page's own, one after the other.
    first: Vec<(u16, Option<String>)>,
    pause: Duration,
    /// Bytes sent at a time, and the pause between; `None` sends all at once.
    drip: Option<(usize, Duration)>,
    /// Sent on after the body, until the client goes away or so many bytes are sent.
    endless: u64,
    has_etag: bool,
    /// The status of an answer to `HEAD`; `None` answers as to `GET`, without the body.
    to_head: Option<u16>,
}

impl Page {
    /// A page of HTML with an entity tag.
    pub fn html(body: impl Into<String>) -> Self {
        Self::of("text/html; charset=utf-8", body.into().into_bytes())
    }

    /// A body of a media type with an entity tag.
    pub fn of(media_type: &str, body: Vec<u8>) -> Self {
        let headers = vec![("Content-Type".to_owned(), media_type.to_owned())];
        Self {
            status: 200,
            headers,
            body,
            first: Vec::new(),
            pause: Duration::ZERO,
            drip: None,
            endless: 0,
            has_etag: true,
            to_head: None,
        }
    }

    /// An answer with nothing but a status.
    pub fn status(status: u16) -> Self {
        Self { status, has_etag: false, ..Self::html("") }
    }

    /// A redirect.
    pub fn redirect(to: &str) -> Self {
        Self::status(302).header("Location", to)
    }

    /// Adds a header field.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Answers otherwise at first, once for each call, with a `Retry-After` where one is given.
    #[must_use]
    pub fn first(mut self, status: u16, retry_after: Option<&str>) -> Self {
        self.first.push((status, retry_after.map(ToOwned::to_owned)));
        self
    }

    /// Waits before it answers.
    #[must_use]
    pub fn after(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// Sends its body so many bytes at a time, with a pause before each.
    #[must_use]
    pub fn dripping(mut self, bytes: usize, pause: Duration) -> Self {
        self.drip = Some((bytes, pause));
        self
    }

    /// Sends so many more bytes after its body, without saying how many.
    #[must_use]
    pub fn with_more(mut self, bytes: u64) -> Self {
        self.endless = bytes;
        self
    }

    /// Answers `HEAD` with this status instead, as some sites do.
    #[must_use]
    pub fn refusing_head(mut self, status: u16) -> Self {
        self.to_head = Some(status);
        self
    }

    fn etag(&self) -> Option<String> {
        let mut hasher = DefaultHasher::new();
        self.body.hash(&mut hasher);
        self.has_etag.then(|| format!("\"{:x}\"", hasher.finish()))
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Host, path and query, as in `www.cnil.fr/fr/deliberations?page=1`.
    pub address: String,
    /// As in `GET`.
    pub method: String,
    /// What the sender calls itself.
    pub user_agent: String,
    /// Whether it was asked only in case the page has changed.
    pub is_conditional: bool,
    /// The status it was answered with.
    pub status: u16,
    /// When.
    pub at: Instant,
}

#[derive(Default)]
struct State {
    pages: HashMap<String, Page>,
    asked: Vec<Asked>,
    connections: usize,
}

/// The server; it stops when it is dropped.
pub struct Site {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    is_stopped: Arc<AtomicBool>,
}

fn locked(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Site {
    /// Starts a server that knows no page on a free port of this machine.
    ///
    /// # Errors
    /// Where no port can be listened on.
    pub fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State::default()));
        let is_stopped = Arc::new(AtomicBool::new(false));
        let (known, stopped) = (Arc::clone(&state), Arc::clone(&is_stopped));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let known = Arc::clone(&known);
                std::thread::spawn(move || {
                    // A client that goes away is no failure of the site.
                    let _ = answer(stream, &known);
                });
            }
        });
        Ok(Self { address, state, is_stopped })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Puts a page at an address, as in `www.cnil.fr/fr/deliberations`.
    pub fn put(&self, address: &str, page: Page) {
        locked(&self.state).pages.insert(address.to_owned(), page);
    }

    /// Takes a page away: 404.
    pub fn remove(&self, address: &str) {
        locked(&self.state).pages.remove(address);
    }

    /// What it was asked so far, without robots.txt.
    pub fn asked(&self) -> Vec<Asked> {
        let state = locked(&self.state);
        state.asked.iter().filter(|asked| !asked.address.ends_with("/robots.txt")).cloned().collect()
    }

    /// How often an address was asked for.
    pub fn count(&self, address: &str) -> usize {
        locked(&self.state).asked.iter().filter(|asked| asked.address == address).count()
    }

    /// Forgets what it was asked.
    pub fn forget(&self) {
        locked(&self.state).asked.clear();
    }

    /// How many connections were made to it.
    pub fn connections(&self) -> usize {
        locked(&self.state).connections
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
    }
}

/// The head of a request.
#[derive(Default)]
struct Head {
    method: String,
    path: String,
    fields: HashMap<String, String>,
}

impl Head {
    fn read(stream: &TcpStream) -> std::io::Result<Self> {
        let mut head = Self::default();
        for (at, line) in BufReader::new(stream).lines().enumerate() {
            let line = line?;
            if at == 0 {
                let mut words = line.split(' ').map(ToOwned::to_owned);
                head.method = words.next().unwrap_or_default();
                head.path = words.next().unwrap_or_default();
            } else if line.is_empty() {
                break;
            } else if let Some((name, value)) = line.split_once(':') {
                head.fields.insert(name.to_lowercase(), value.trim().to_owned());
            }
        }
        Ok(head)
    }

    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    locked(state).connections += 1;
    let head = Head::read(&stream)?;
    let address = format!("{}{}", head.field("host"), head.path);
    let mut page = take(state, &address);
    let is_head = head.method == "HEAD";
    if let Some(status) = page.to_head.filter(|_| is_head) {
        page = Page { pause: page.pause, ..Page::status(status) };
    }
    let etag = page.etag();
    let is_known = page.status == 200 && etag.as_deref().is_some_and(|etag| head.field("if-none-match") == etag);
    if is_known {
        page = Page { status: 304, body: Vec::new(), endless: 0, ..page };
    }
    if let Some(etag) = etag.filter(|_| matches!(page.status, 200 | 304)) {
        page = page.header("ETag", &etag);
    }
    locked(state).asked.push(Asked {
        address,
        method: head.method.clone(),
        user_agent: head.field("user-agent").to_owned(),
        is_conditional: head.fields.contains_key("if-none-match"),
        status: page.status,
        at: Instant::now(),
    });
    std::thread::sleep(page.pause);
    send(&mut stream, &page, is_head)
}

/// The page at an address, or what it answers at first; nothing there is 404, and no robots.txt is no rule.
fn take(state: &Mutex<State>, address: &str) -> Page {
    let mut state = locked(state);
    let Some(page) = state.pages.get_mut(address) else { return Page::status(404) };
    if page.first.is_empty() {
        return page.clone();
    }
    let (status, retry_after) = page.first.remove(0);
    let first = Page::status(status);
    match retry_after {
        Some(wait) => first.header("Retry-After", &wait),
        None => first,
    }
}

fn send(stream: &mut TcpStream, page: &Page, is_head: bool) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Answer\r\nConnection: close\r\n", page.status);
    for (name, value) in &page.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if page.endless == 0 && page.status != 304 {
        head.push_str(&format!("Content-Length: {}\r\n", page.body.len()));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    if is_head {
        return stream.flush();
    }
    match page.drip {
        None => stream.write_all(&page.body)?,
        Some((bytes, pause)) => {
            for piece in page.body.chunks(bytes.max(1)) {
                std::thread::sleep(pause);
                stream.write_all(piece)?;
                stream.flush()?;
            }
        }
    }
    let block = [b' '; 8192];
    let mut left = page.endless;
    while left > 0 {
        let piece = left.min(block.len() as u64);
        stream.write_all(&block[..usize::try_from(piece).unwrap_or(block.len())])?;
        left -= piece;
    }
    stream.flush()
}
