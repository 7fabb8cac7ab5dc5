//! `fineprint serve`: the address it prints answers, and a signal ends it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::Bench;

/// A plain HTTP/1.1 request; what comes back, head and body.
fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    String::from_utf8_lossy(&response).into_owned()
}

#[test]
fn prints_its_address_answers_and_ends_when_told() {
    let bench = Bench::new();
    let mut server = bench.command(["serve", "--listen", "127.0.0.1:0"]).spawn().unwrap();
    let mut stderr = BufReader::new(server.stderr.take().unwrap());
    let mut address = None;
    let mut line = String::new();
    while address.is_none() && stderr.read_line(&mut line).unwrap() > 0 {
        address = line
            .split_once("http://")
            .and_then(|(_, rest)| rest.split_once('/'))
            .map(|(address, _)| address.to_owned());
        line.clear();
    }
    let address = address.expect("expected an address on standard error");

    let home = get(&address, "/");
    assert!(home.starts_with("HTTP/1.1 200"), "{home}");
    assert!(home.to_lowercase().contains("content-security-policy: default-src 'none'"), "{home}");
    let found = get(&address, "/search/?q=article%3Agdpr%2F32");
    assert!(found.contains("/case/"), "{found}");
    assert!(get(&address, "/case/gb-ico-2020-001/").starts_with("HTTP/1.1 200"));
    assert!(get(&address, "/case/no-such-case/").starts_with("HTTP/1.1 404"));
    let api = get(&address, "/api/v1/cases?q=authority%3Afr-cnil&limit=2");
    assert!(api.contains("\"total\""), "{api}");
    assert!(get(&address, "/api/v1/cases?quark=1").starts_with("HTTP/1.1 400"));
    assert!(get(&address, "/healthz").starts_with("HTTP/1.1 200"));

    let told = Instant::now();
    let killed = std::process::Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let status = server.wait().unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(10), "draining took {:?}", told.elapsed());
}

#[test]
fn an_address_in_use_is_5_and_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let run = Bench::new().run(["serve", "--listen", &address]).expect(5);
    assert!(run.stderr.contains(&address), "{}", run.stderr);
}
