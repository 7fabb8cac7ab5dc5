//! The listening socket: silent and slow peers are closed while others are served.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up should fail")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fineprint_web::{App, Options, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn started() -> SocketAddr {
    let app = App::new(Vec::new(), Options::new("2033-01-02".parse().unwrap())).unwrap();
    let (ready, addr) = tokio::sync::oneshot::channel();
    tokio::spawn(serve(Arc::new(app), "127.0.0.1:0".parse().unwrap(), move |addr| ready.send(addr).unwrap()));
    addr.await.unwrap()
}

async fn ask(addr: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(addr).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_silent_and_a_dripping_peer_are_closed_within_ten_seconds() {
    let addr = started().await;
    let begun = Instant::now();
    let mut silent = TcpStream::connect(addr).await.unwrap();
    let mut dripping = TcpStream::connect(addr).await.unwrap();
    let drip = tokio::spawn(async move {
        for byte in b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".iter() {
            if dripping.write_all(&[*byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
            let mut buffer = [0; 1024];
            match dripping.try_read(&mut buffer) {
                Ok(_) => break,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => break,
            }
        }
        Instant::now()
    });
    let answer = ask(addr, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut rest = Vec::new();
    let _ = silent.read_to_end(&mut rest).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "the silent one was closed");
    assert!(drip.await.unwrap() - begun < Duration::from_secs(10), "and the dripping one");
}

#[tokio::test]
async fn a_request_that_is_none_is_answered_with_400() {
    let addr = started().await;
    let answer = ask(addr, "NONSENSE\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let answer = ask(addr, "HEAD /about/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"), "no body: {answer}");
}
