//! Bundles of documents: `.zip`, `.tar`, `.tar.gz`, and a single file behind `.gz`.
//!
//! Members come one at a time, so that memory is bounded by the largest of them. Nothing is ever written to disk, so a
//! member's name is only a name; one that points out of the bundle is refused all the same, since a bundle that holds
//! such names was made to do harm.

use std::io::{BufReader, Read, Seek, SeekFrom};

use flate2::read::MultiGzDecoder;

/// What kind of bundle it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BundleKind {
    /// ZIP.
    Zip,
    /// tar without compression.
    Tar,
    /// gzip, over a tar or over one file.
    Gzip,
}

/// Bounds on a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BundleLimits {
    /// Members, folders included.
    pub max_members: usize,
    /// Bytes of one member, unpacked.
    pub max_member_bytes: u64,
    /// Bytes of all members together, unpacked.
    pub max_total_bytes: u64,
    /// How many times larger than packed a member of more than a megabyte may become.
    pub max_ratio: u64,
}

impl Default for BundleLimits {
    /// 200,000 members of 64 MB each, 8 GB together, and 200 times what is packed: XML packs twentyfold.
    fn default() -> Self {
        Self { max_members: 200_000, max_member_bytes: 64 << 20, max_total_bytes: 8 << 30, max_ratio: 200 }
    }
}

/// Bytes from which the ratio of unpacked to packed is looked at: small files of blanks pack extremely well.
const RATIO_FROM: u64 = 1 << 20;

/// A member of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name within the bundle.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is wrong with a bundle or a member of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// The bundle cannot be read on: what came before was given out.
    #[error("expected a bundle that can be read, found one that is damaged: {reason}")]
    Damaged {
        /// What is wrong.
        reason: String,
    },
    /// The bundle is larger than it may be: what came before was given out.
    #[error("expected a bundle of at most {limit} {what}, found more")]
    TooLarge {
        /// What was counted: `members`, `bytes`.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A member is refused; the others are not.
    #[error("member `{name}`: {reason}")]
    Member {
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
}

/// The kind of bundle by its first bytes, of which 265 are enough. An office document is a ZIP and yet no bundle of notices:
/// its members are refused one by one.
pub fn kind(head: &[u8]) -> Option<BundleKind> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        Some(BundleKind::Zip)
    } else if head.starts_with(b"\x1f\x8b") {
        Some(BundleKind::Gzip)
    } else if head.get(257..262) == Some(b"ustar") {
        Some(BundleKind::Tar)
    } else {
        None
    }
}

/// Hands out the members of a bundle one after the other. `name` is the bundle's own, of which a single packed file gets
/// its name. An answer of `false` ends the reading.
///
/// # Errors
/// [`BundleError::Damaged`] and [`BundleError::TooLarge`], after what could be read. What is wrong with a single member is
/// handed out in its place.
pub fn read(
    mut source: impl Read + Seek,
    name: &str,
    limits: &BundleLimits,
    mut each: impl FnMut(Result<Member, BundleError>) -> bool,
) -> Result<(), BundleError> {
    let mut head = Vec::new();
    let by_ref: &mut dyn Read = &mut source;
    by_ref.take(512).read_to_end(&mut head).map_err(damaged)?;
    source.seek(SeekFrom::Start(0)).map_err(damaged)?;
    let mut count = Count { limits, members: 0, bytes: 0 };
    match kind(&head) {
        Some(BundleKind::Zip) => zip(source, &mut count, &mut each),
        Some(BundleKind::Tar) => tar(source, None, &mut count, &mut each),
        Some(BundleKind::Gzip) => gzip(source, name, &mut count, &mut each),
        None => Err(BundleError::Damaged { reason: "its first bytes are those of no bundle".to_owned() }),
    }
}

type Each<'a> = &'a mut dyn FnMut(Result<Member, BundleError>) -> bool;

fn damaged(error: impl std::fmt::Display) -> BundleError {
    BundleError::Damaged { reason: error.to_string() }
}

fn refused(name: &str, reason: impl Into<String>) -> BundleError {
    BundleError::Member { name: shown(name), reason: reason.into() }
}

/// A name as messages show it: on one line, and not endless.
fn shown(name: &str) -> String {
    name.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// What was handed out so far.
struct Count<'a> {
    limits: &'a BundleLimits,
    members: usize,
    bytes: u64,
}

impl Count<'_> {
    fn member(&mut self) -> Result<(), BundleError> {
        self.members += 1;
        if self.members > self.limits.max_members {
            let limit = u64::try_from(self.limits.max_members).unwrap_or(u64::MAX);
            return Err(BundleError::TooLarge { what: "members", limit });
        }
        Ok(())
    }

    /// Reads one member within the bounds. The outer error ends the bundle, the inner one refuses the member.
    fn read(
        &mut self,
        name: &str,
        packed: Option<u64>,
        member: impl Read,
    ) -> Result<Result<Member, BundleError>, BundleError> {
        let limits = self.limits;
        let by_ratio = packed.map(|packed| packed.saturating_mul(limits.max_ratio).max(RATIO_FROM));
        let most = limits.max_member_bytes.min(by_ratio.unwrap_or(u64::MAX));
        let left = limits.max_total_bytes.saturating_sub(self.bytes);
        let mut bytes = Vec::new();
        if let Err(error) = member.take(most.min(left).saturating_add(1)).read_to_end(&mut bytes) {
            return Ok(Err(refused(name, format!("could not be unpacked: {error}"))));
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.bytes = self.bytes.saturating_add(length);
        if length > left {
            return Err(BundleError::TooLarge { what: "bytes", limit: limits.max_total_bytes });
        }
        Ok(if length > limits.max_member_bytes {
            Err(refused(name, format!("expected at most {} bytes, found more", limits.max_member_bytes)))
        } else if length > most {
            Err(refused(name, format!("expected at most {} times what is packed, found more", limits.max_ratio)))
        } else {
            Ok(Member { name: shown(name), bytes })
        })
    }
}

/// Why a member of that name is not read, whatever it holds.
fn wrong_name(name: &str) -> Option<&'static str> {
    let points_out = name.starts_with(['/', '\\'])
        || name.split(['/', '\\']).any(|part| part == "..")
        || name.get(1..2) == Some(":");
    if name.contains('\0') {
        Some("its name holds a zero byte")
    } else if points_out {
        Some("its name points out of the bundle")
    } else {
        None
    }
}

/// Files that systems put into bundles by themselves.
fn is_machinery(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/") || file == ".DS_Store" || file == "Thumbs.db"
}

fn zip(source: impl Read + Seek, count: &mut Count<'_>, each: Each<'_>) -> Result<(), BundleError> {
    let mut archive = zip::ZipArchive::new(BufReader::new(source)).map_err(damaged)?;
    for at in 0..archive.len() {
        count.member()?;
        let member = match archive.by_index(at) {
            Ok(member) => member,
            Err(error) => {
                if !each(Err(refused(&format!("number {}", at + 1), error.to_string()))) {
                    return Ok(());
                }
                continue;
            }
        };
        let name = member.name().map_or_else(|_| format!("number {}", at + 1), |name| name.into_owned());
        if member.is_dir() || is_machinery(&name) {
            continue;
        }
        let read = match wrong_name(&name) {
            Some(reason) => Err(refused(&name, reason)),
            None if member.is_symlink() => Err(refused(&name, "it is a link")),
            None => {
                let packed = member.compressed_size();
                count.read(&name, Some(packed), member)?
            }
        };
        if !each(read) {
            return Ok(());
        }
    }
    Ok(())
}

/// Counts what is read of the packed bytes, so that a tar's ratio can be seen.
struct Counted<R> {
    inner: R,
    read: std::rc::Rc<std::cell::Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.read.set(self.read.get().saturating_add(length as u64));
        Ok(length)
    }
}

fn gzip(mut source: impl Read + Seek, name: &str, count: &mut Count<'_>, each: Each<'_>) -> Result<(), BundleError> {
    let mut head = Vec::new();
    {
        let by_ref: &mut dyn Read = &mut source;
        // A damaged beginning is told when it is read again.
        let _ = MultiGzDecoder::new(BufReader::new(by_ref)).take(512).read_to_end(&mut head);
    }
    source.seek(SeekFrom::Start(0)).map_err(damaged)?;
    let packed = std::rc::Rc::new(std::cell::Cell::new(0));
    let counted = Counted { inner: source, read: std::rc::Rc::clone(&packed) };
    let unpacked = MultiGzDecoder::new(BufReader::new(counted));
    if kind(&head) == Some(BundleKind::Tar) {
        return tar(unpacked, Some(&packed), count, each);
    }
    count.member()?;
    let inner = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let inner = inner.strip_suffix(".gz").unwrap_or(inner);
    let mut counting = Ratio::new(unpacked, &packed, count.limits.max_ratio);
    let read = count.read(inner, None, &mut counting)?;
    each(read);
    Ok(())
}

/// Ends with an error where what is unpacked outgrows what was packed.
struct Ratio<'a, R> {
    inner: R,
    unpacked: u64,
    packed: &'a std::cell::Cell<u64>,
    limit: u64,
}

impl<'a, R> Ratio<'a, R> {
    fn new(inner: R, packed: &'a std::cell::Cell<u64>, limit: u64) -> Self {
        Self { inner, unpacked: 0, packed, limit }
    }
}

impl<R: Read> Read for Ratio<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.unpacked = self.unpacked.saturating_add(length as u64);
        if self.unpacked > RATIO_FROM && self.unpacked > self.packed.get().saturating_mul(self.limit) {
            return Err(std::io::Error::other(format!(
                "expected at most {} times what is packed, found more",
                self.limit
            )));
        }
        Ok(length)
    }
}

fn tar(
    source: impl Read,
    packed: Option<&std::cell::Cell<u64>>,
    count: &mut Count<'_>,
    each: Each<'_>,
) -> Result<(), BundleError> {
    let plain = std::cell::Cell::new(u64::MAX);
    let source = Ratio::new(source, packed.unwrap_or(&plain), count.limits.max_ratio);
    let mut archive = tar::Archive::new(source);
    for entry in archive.entries().map_err(damaged)? {
        count.member()?;
        let entry = entry.map_err(damaged)?;
        let kind = entry.header().entry_type();
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if kind.is_dir() || kind.is_pax_global_extensions() || is_machinery(&name) {
            continue;
        }
        let read = match wrong_name(&name) {
            Some(reason) => Err(refused(&name, reason)),
            None if !kind.is_file() => Err(refused(&name, "it is no ordinary file")),
            None => {
                let size = entry.size();
                let read = count.read(&name, None, entry)?;
                match read {
                    // The rest of a bundle that ends within a member cannot be found again.
                    Ok(member) if (member.bytes.len() as u64) < size => {
                        return Err(BundleError::Damaged { reason: format!("it ends within `{}`", member.name) });
                    }
                    other => other,
                }
            }
        };
        if !each(read) {
            return Ok(());
        }
    }
    Ok(())
}
