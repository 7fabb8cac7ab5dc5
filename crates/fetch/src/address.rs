//! Which addresses may be connected to: those of the public internet and no others, however they are written, whoever
//! names them (a list, a redirect, the domain name system).
//!
//! The check stands where the connection is made: the resolver below hands the HTTP client only addresses that passed,
//! so an answer that changes between two look-ups changes nothing.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use url::{Host, Url};

use crate::error::GetError;

/// IPv4 networks that are not globally reachable, by address and prefix length (IANA special-purpose registry, RFC 6890),
/// with multicast (224/4) and the deprecated 6to4 relays (192.88.99/24).
const SPECIAL_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    ([224, 0, 0, 0], 4),
    ([240, 0, 0, 0], 4),
];

/// IPv6 networks within 2000::/3 that are not globally reachable or that carry an IPv4 address inside: protocol
/// assignments with Teredo and ORCHID, documentation, 6to4, documentation again.
const SPECIAL_V6: &[([u16; 2], u32)] =
    &[([0x2001, 0x0000], 23), ([0x2001, 0x0db8], 32), ([0x2002, 0x0000], 16), ([0x3fff, 0x0000], 20)];

/// Whether an address belongs to the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = u32::from(address);
    !SPECIAL_V4.iter().any(|(network, length)| (bits ^ u32::from_be_bytes(*network)) >> (32 - length) == 0)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let words = address.segments();
    // The well-known prefix of networks that reach IPv4 through a translator (RFC 6052).
    if words[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    let high = u32::from(words[0]) << 16 | u32::from(words[1]);
    let is_global_unicast = words[0] & 0xe000 == 0x2000;
    let is_special = SPECIAL_V6.iter().any(|(network, length)| {
        let network = u32::from(network[0]) << 16 | u32::from(network[1]);
        (high ^ network) >> (32 - length) == 0
    });
    is_global_unicast && !is_special
}

/// Names that never leave a machine or a house.
const LOCAL_NAMES: &[&str] =
    &["localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "arpa"];

/// Checks what an address shows by itself: its scheme, and its host where that is a number or a local name.
///
/// # Errors
/// [`GetError::Address`], [`GetError::NotPublic`].
pub fn check(url: &Url) -> Result<(), GetError> {
    let wrong = || GetError::Address { found: url.to_string() };
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(wrong());
    }
    let refused = |found: String| Err(GetError::NotPublic { found: format!("`{found}`") });
    match url.host().ok_or_else(wrong)? {
        Host::Ipv4(address) if !is_public_v4(address) => refused(address.to_string()),
        Host::Ipv6(address) if !is_public_v6(address) => refused(address.to_string()),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let is_local =
                |local: &str| name.strip_suffix(local).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
            // A name without a dot is completed by the machine's own search list.
            if !name.contains('.') || LOCAL_NAMES.iter().any(|local| is_local(local)) {
                refused(name.to_owned())
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

/// Asks the domain name system; replaced in tests.
pub trait Lookup: Send + Sync {
    /// The addresses of a host.
    ///
    /// # Errors
    /// Whatever the system says.
    fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's own resolver.
pub(crate) struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok((host, 0).to_socket_addrs()?.map(|address| address.ip()).collect())
    }
}

/// What the HTTP client asks for the addresses of a name: only public ones come back.
pub(crate) struct Guard(pub(crate) Arc<dyn Lookup>);

/// Marks a failed look-up as a refusal, so that it is told from a name that does not exist.
#[derive(Debug, thiserror::Error)]
#[error("`{host}`, whose addresses are {addresses}")]
pub(crate) struct Refused {
    host: String,
    addresses: String,
}

impl Guard {
    fn answer(lookup: &dyn Lookup, host: &str) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let found = lookup.lookup(host)?;
        let public: Vec<SocketAddr> =
            found.iter().filter(|address| is_public(**address)).map(|address| SocketAddr::new(*address, 0)).collect();
        if public.is_empty() && !found.is_empty() {
            let addresses = found.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            return Err(Refused { host: host.to_owned(), addresses }.into());
        }
        Ok(public)
    }
}

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let lookup = Arc::clone(&self.0);
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::task::spawn_blocking(move || Self::answer(lookup.as_ref(), &host)).await??;
            Ok(Box::new(found.into_iter()) as reqwest::dns::Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Private, local and special addresses, plain and disguised: other number bases, missing parts, mapped, embedded,
    /// other scripts' digits, names that stay in the house.
    pub(crate) const NOT_PUBLIC: &[&str] = &[
        "http://127.0.0.1/",
        "http://127.1/",
        "http://127.0.1/",
        "http://127.255.255.254/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0x7f.0x0.0x0.0x1/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://0177.0x0.1/",
        "http://①②⑦.⓪.⓪.①/",
        "http://１２７.０.０.１/",
        "http://127。0。0。1/",
        "http://127.0.0.1./",
        "http://127.0.0.1:80/",
        "https://127.0.0.1:8443/x",
        "http://%31%32%37.0.0.1/",
        "http://0/",
        "http://0.0.0.0/",
        "http://0.1.2.3/",
        "http://10.0.0.1/",
        "http://10.255.255.255/",
        "http://167772161/",
        "http://0x0a000001/",
        "http://100.64.0.1/",
        "http://100.127.255.255/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.0.0.1/",
        "http://192.0.2.1/",
        "http://192.88.99.1/",
        "http://192.168.0.1/",
        "http://192.168.257/",
        "http://198.18.0.1/",
        "http://198.51.100.7/",
        "http://203.0.113.7/",
        "http://224.0.0.1/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
        "http://[::]/",
        "http://[::1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[64:ff9b:1::1]/",
        "http://[2002:7f00:1::]/",
        "http://[2001:0:7f00:1::]/",
        "http://[2001:db8::1]/",
        "http://[3fff::1]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/",
        "http://[fe80::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://[100::1]/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://app.localhost/",
        "http://router.lan/",
        "http://metadata.google.internal/",
        "http://printer.local/",
        "http://intranet/",
    ];

    #[test]
    fn nothing_but_the_public_internet_passes() {
        assert!(NOT_PUBLIC.len() >= 60);
        for text in NOT_PUBLIC {
            let url = Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!(matches!(check(&url), Err(GetError::NotPublic { .. })), "{text} passed as {url}");
        }
    }

    #[test]
    fn other_schemes_and_user_names_are_no_addresses() {
        for text in [
            "ftp://example.org/",
            "file:///etc/passwd",
            "gopher://example.org/",
            "http://a@example.org/",
            "https://a:b@example.org/",
            "data:text/html,x",
        ] {
            assert!(matches!(check(&Url::parse(text).unwrap()), Err(GetError::Address { .. })), "{text}");
        }
    }

    #[test]
    fn the_public_internet_passes() {
        for text in [
            "https://www.cnil.fr/fr",
            "http://8.8.8.8/",
            "http://100.63.255.255/",
            "http://100.128.0.1/",
            "http://172.15.0.1/",
            "http://172.32.0.1/",
            "http://198.17.0.1/",
            "http://198.20.0.1/",
            "http://[2606:4700::1111]/",
            "http://[2001:200::1]/",
            "http://[64:ff9b::808:808]/",
            "http://localhost.example.org/",
        ] {
            assert_eq!(check(&Url::parse(text).unwrap()), Ok(()), "{text}");
        }
    }

    #[test]
    fn of_a_names_addresses_only_public_ones_are_used() {
        struct Fixed(Vec<IpAddr>);
        impl Lookup for Fixed {
            fn lookup(&self, _: &str) -> io::Result<Vec<IpAddr>> {
                Ok(self.0.clone())
            }
        }
        let addresses = |list: &[&str]| Fixed(list.iter().map(|text| text.parse().unwrap()).collect());
        let mixed = Guard::answer(&addresses(&["10.0.0.1", "8.8.8.8", "::1"]), "example.org").unwrap();
        assert_eq!(mixed, ["8.8.8.8:0".parse().unwrap()]);
        let error = Guard::answer(&addresses(&["10.0.0.1", "fe80::1"]), "example.org").unwrap_err();
        assert!(error.downcast_ref::<Refused>().is_some(), "{error}");
    }
}
