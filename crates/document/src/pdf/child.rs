//! The process that reads a PDF for another: bytes in on its standard input, one line of JSON out.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{PdfError, PdfText, read_here};
use crate::limits::Limits;

/// Most bytes of an answer: a text as long as the longest document, escaped.
const MAX_ANSWER: u64 = 256 << 20;

/// How to start the program that reads a PDF: one that calls [`serve`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

static HELPER: OnceLock<Helper> = OnceLock::new();

/// From now on every PDF is read by a process of its own. The first call counts.
pub fn read_in_child_processes(helper: Helper) {
    let _ = HELPER.set(helper);
}

pub(super) fn helper() -> Option<&'static Helper> {
    HELPER.get()
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    Read(PdfText),
    Refused(PdfError),
}

/// What the process with the bounds does: reads a PDF from its standard input and writes what it says.
///
/// # Errors
/// Where standard input cannot be read or standard output not be written. What is wrong with the PDF is in the answer.
pub fn serve(limits: &Limits) -> std::io::Result<()> {
    bound(limits)?;
    let mut bytes = Vec::new();
    let most = u64::try_from(limits.max_bytes).unwrap_or(u64::MAX).saturating_add(1);
    std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    let answer = match read_here(&bytes, limits) {
        Ok(text) => Answer::Read(text),
        Err(error) => Answer::Refused(error),
    };
    let mut out = std::io::stdout().lock();
    serde_json::to_writer(&mut out, &answer)?;
    out.flush()
}

#[cfg(unix)]
fn bound(limits: &Limits) -> std::io::Result<()> {
    use rlimit::Resource;
    let (_, hard) = Resource::DATA.get()?;
    Resource::DATA.set(limits.max_memory.min(hard), limits.max_memory.min(hard))?;
    let seconds = limits.max_time.as_secs().max(1);
    let (_, hard) = Resource::CPU.get()?;
    Resource::CPU.set(seconds.min(hard), seconds.saturating_add(1).min(hard))?;
    // A file that ends the process leaves no picture of its memory behind.
    Resource::CORE.set(0, 0)
}

#[cfg(not(unix))]
fn bound(_: &Limits) -> std::io::Result<()> {
    Ok(())
}

impl Helper {
    /// Reads a PDF in a new process.
    pub(super) fn read(&self, bytes: &[u8], limits: &Limits) -> Result<PdfText, PdfError> {
        let failed = |error: std::io::Error| {
            PdfError::OutOfBounds(format!("the process that reads it could not be run: {error}"))
        };
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let (Some(mut input), Some(output), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            end(&mut child);
            return Err(PdfError::OutOfBounds("the process that reads it has no pipes".to_owned()));
        };
        let answer = std::thread::scope(|scope| {
            scope.spawn(move || {
                // A child that ended early no longer reads: its answer says why.
                let _ = input.write_all(bytes);
            });
            let complaint = scope.spawn(move || {
                let mut text = String::new();
                let _ = errors.take(4096).read_to_string(&mut text);
                text
            });
            let (sender, receiver) = mpsc::channel();
            scope.spawn(move || {
                let mut text = Vec::new();
                let read = output.take(MAX_ANSWER).read_to_end(&mut text);
                let _ = sender.send(read.map(|_| text));
            });
            // Waiting costs the child nothing: its own bound is on the time it works, not on the time that passes.
            let answer = receiver.recv_timeout(limits.max_time.saturating_mul(3).max(Duration::from_secs(1)));
            if answer.is_err() {
                end(&mut child);
            }
            let complaint = complaint.join().unwrap_or_default();
            (answer, complaint)
        });
        let status = child.wait().map_err(failed)?;
        match answer {
            (Ok(Ok(text)), complaint) => match serde_json::from_slice(&text) {
                Ok(Answer::Read(text)) => Ok(text),
                Ok(Answer::Refused(error)) => Err(error),
                Err(_) => Err(PdfError::OutOfBounds(lost(status, &complaint, limits))),
            },
            (Ok(Err(error)), _) => Err(failed(error)),
            (Err(_), _) => Err(PdfError::OutOfBounds(format!("it took longer than {:?}", limits.max_time))),
        }
    }
}

fn end(child: &mut Child) {
    let _ = child.kill();
}

/// How a process ended that left no answer.
fn lost(status: std::process::ExitStatus, complaint: &str, limits: &Limits) -> String {
    if complaint.contains("memory allocation") {
        return format!("it needs more than {} MB of memory", limits.max_memory >> 20);
    }
    if complaint.contains("overflowed its stack") {
        return "its objects nest too deep".to_owned();
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        // SIGXCPU, and SIGKILL where that was not heeded.
        if matches!(status.signal(), Some(24 | 9)) {
            return format!("it took longer than {:?}", limits.max_time);
        }
    }
    format!("the process that read it was lost ({status})")
}
