//! What hosts of static files are told: headers, and which addresses lead elsewhere or are gone.

use std::fmt::Write as _;

use fineprint_views::link::is_safe_key;
use fineprint_views::page::ENGINE_POLICY;

use crate::app::Snapshot;

const HEADERS: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
];
/// For files whose names tell their content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

fn policy() -> String {
    format!("{ENGINE_POLICY}; frame-ancestors 'none'")
}

/// The files for hosts, by their address.
pub(super) fn files(snapshot: &Snapshot) -> Vec<(String, Vec<u8>)> {
    let moved: Vec<(&str, String)> =
        snapshot.all_moved().filter(|(id, _)| is_safe_key(id)).map(|(id, to)| (id.as_str(), to.to_string())).collect();
    let gone: Vec<&str> = snapshot.all_gone().map(String::as_str).filter(|id| is_safe_key(id)).collect();
    vec![
        ("_headers".to_owned(), headers().into_bytes()),
        ("_redirects".to_owned(), redirects(&moved, &gone).into_bytes()),
        ("hosting/nginx.conf".to_owned(), nginx(&moved, &gone).into_bytes()),
        ("hosting/Caddyfile".to_owned(), caddy(&moved, &gone).into_bytes()),
    ]
}

/// For hosts that read headers from a file of this name (Netlify, Cloudflare Pages).
fn headers() -> String {
    let mut out = format!("/*\n  Content-Security-Policy: {}\n", policy());
    for (name, value) in HEADERS {
        let _ = writeln!(out, "  {name}: {value}");
    }
    let _ = write!(out, "\n/assets/*\n  Cache-Control: {FOR_EVER}\n\n/search/index.json\n  Cache-Control: no-cache\n");
    out
}

/// For hosts that read redirects from a file of this name.
fn redirects(moved: &[(&str, String)], gone: &[&str]) -> String {
    let mut out = String::new();
    for (id, to) in moved {
        let _ = writeln!(out, "/case/{id}/ /case/{to}/ 301");
        let _ = writeln!(out, "/case/{id}.json /case/{to}.json 301");
    }
    for id in gone {
        let _ = writeln!(out, "/case/{id}/ /case/{id}/index.html 410");
    }
    out
}

/// A server block's inside for nginx.
fn nginx(moved: &[(&str, String)], gone: &[&str]) -> String {
    let mut out = String::from(
        "# For the inside of a server block whose `root` is this folder: include hosting/nginx.conf;\n\
         # `application/wasm` needs no mention: the engine is sent compressed, as a file of its own kind.\n\
         index index.html;\nerror_page 404 /404.html;\ncharset utf-8;\ngzip on;\ngzip_types text/css text/csv application/javascript text/javascript application/json application/xml image/svg+xml;\n",
    );
    let headers = |out: &mut String, indent: &str| {
        let _ = writeln!(out, "{indent}add_header Content-Security-Policy \"{}\" always;", policy());
        for (name, value) in HEADERS {
            let _ = writeln!(out, "{indent}add_header {name} \"{value}\" always;");
        }
    };
    headers(&mut out, "");
    let _ = writeln!(out, "location /assets/ {{\n  add_header Cache-Control \"{FOR_EVER}\";");
    headers(&mut out, "  ");
    out.push_str("}\nlocation = /search/index.json {\n  add_header Cache-Control \"no-cache\";\n");
    headers(&mut out, "  ");
    out.push_str("}\nlocation ~ /\\.fineprint { return 404; }\n");
    for (id, to) in moved {
        let _ = writeln!(out, "location = /case/{id}/ {{ return 301 /case/{to}/; }}");
        let _ = writeln!(out, "location = /case/{id}.json {{ return 301 /case/{to}.json; }}");
    }
    for id in gone {
        let _ = writeln!(out, "location = /case/{id}/ {{ error_page 410 /case/{id}/index.html; return 410; }}");
        let _ = writeln!(out, "location = /case/{id}/index.html {{ internal; }}");
    }
    out
}

/// A site block's inside for Caddy.
fn caddy(moved: &[(&str, String)], gone: &[&str]) -> String {
    let mut out = String::from(
        "# For the inside of a site block whose `root` is this folder: import hosting/Caddyfile\nencode gzip zstd\nheader {\n",
    );
    let _ = writeln!(out, "  Content-Security-Policy \"{}\"", policy());
    for (name, value) in HEADERS {
        let _ = writeln!(out, "  {name} \"{value}\"");
    }
    let _ = write!(
        out,
        "}}\nheader /assets/* Cache-Control \"{FOR_EVER}\"\nheader /search/index.json Cache-Control \"no-cache\"\nrespond /.fineprint* 404\n"
    );
    for (id, to) in moved {
        let _ = writeln!(out, "redir /case/{id}/ /case/{to}/ 301");
        let _ = writeln!(out, "redir /case/{id}.json /case/{to}.json 301");
    }
    for id in gone {
        let _ = writeln!(
            out,
            "handle /case/{id}/ {{\n  rewrite * /case/{id}/index.html\n  file_server {{\n    status 410\n  }}\n}}"
        );
    }
    out.push_str("handle_errors {\n  rewrite * /404.html\n  file_server\n}\nfile_server\n");
    out
}
