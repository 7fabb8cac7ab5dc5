//! Work on many inputs at once, whose results are taken in the order of the inputs.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

use crate::exit::{Failure, Kind, Result};

/// Most bytes of inputs that are worked on at once. A larger input is worked on alone, so that memory is bounded by the
/// largest one and not by how many there are.
const MOST_BYTES: usize = 8 << 20;

/// Most inputs under way for each thread: being worked on, or done and not yet taken.
const MOST_EACH: usize = 4;

/// Stack of a thread that works, as large as a main thread's.
const STACK_BYTES: usize = 8 << 20;

/// What is under way.
struct Load {
    state: Mutex<State>,
    eased: Condvar,
    most: usize,
}

#[derive(Default)]
struct State {
    inputs: usize,
    size_bytes: usize,
    is_closed: bool,
}

impl Load {
    /// Waits until there is room; false where nobody takes results any more.
    fn add(&self, size_bytes: usize) -> bool {
        let is_full = |state: &mut State| {
            let is_too_much = state.inputs >= self.most || state.size_bytes.saturating_add(size_bytes) > MOST_BYTES;
            !state.is_closed && state.inputs > 0 && is_too_much
        };
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.eased.wait_while(state, is_full).unwrap_or_else(PoisonError::into_inner);
        state.inputs += 1;
        state.size_bytes = state.size_bytes.saturating_add(size_bytes);
        !state.is_closed
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.eased.notify_all();
    }
}

/// Closes the load when results are no longer taken, for whatever reason.
struct Closing<'a>(&'a Load);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.is_closed = true);
    }
}

/// Hands every input that `produce` gives, with its size in bytes, to `work` on all cores, and each result to `take` in
/// the order of the inputs. `produce` is told `false` when nothing more is wanted.
///
/// # Errors
/// The first of `take`, after which no further result is taken; where the system gives no threads.
pub fn in_order<T: Send, R: Send>(
    produce: impl FnOnce(&mut dyn FnMut(T, usize) -> bool) + Send,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> Result<()>,
) -> Result<()> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let load = Load { state: Mutex::default(), eased: Condvar::new(), most: threads * MOST_EACH };
    let (give_work, works) = mpsc::channel::<(T, Sender<R>)>();
    let works = Mutex::new(works);
    let (give_place, places) = mpsc::channel::<(Receiver<R>, usize)>();
    let next = || works.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let run = || {
        while let Ok((input, answer)) = next() {
            // Who no longer takes results has no use for this one.
            let _ = answer.send(work(input));
        }
    };
    thread::scope(|scope| {
        let closing = Closing(&load);
        let spawn = || thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run);
        let failed = |error| Failure::from_error(Kind::Io, "could not start a thread", error);
        (0..threads).try_for_each(|_| spawn().map(drop)).map_err(failed)?;
        let load = &load;
        thread::Builder::new()
            .spawn_scoped(scope, move || {
                produce(&mut |input, size_bytes| {
                    let (answer, place) = mpsc::channel();
                    load.add(size_bytes)
                        && give_place.send((place, size_bytes)).is_ok()
                        && give_work.send((input, answer)).is_ok()
                });
            })
            .map_err(failed)?;
        for (place, size_bytes) in places {
            // A thread that panicked gives no answer; the scope passes its panic on.
            let Ok(result) = place.recv() else { break };
            take(result)?;
            load.change(|state| {
                state.inputs -= 1;
                state.size_bytes -= size_bytes;
            });
        }
        drop(closing);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn results_come_in_order_and_few_are_under_way() {
        let (given, taken, most) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        let mut results = Vec::new();
        let produce = |give: &mut dyn FnMut(usize, usize) -> bool| {
            for input in 0..500 {
                assert!(give(input, 1));
                let under_way = given.fetch_add(1, Ordering::SeqCst) + 1 - taken.load(Ordering::SeqCst);
                most.fetch_max(under_way, Ordering::SeqCst);
            }
        };
        let work = |input: usize| {
            thread::sleep(std::time::Duration::from_micros((input % 7) as u64 * 50));
            input * 2
        };
        in_order(produce, work, |result| {
            taken.fetch_add(1, Ordering::SeqCst);
            results.push(result);
            Ok(())
        })
        .unwrap_or_else(|_| panic!("nothing fails"));
        assert_eq!(results, (0..500).map(|input| input * 2).collect::<Vec<_>>());
        let threads = thread::available_parallelism().map_or(1, usize::from);
        // One more may have been taken and not yet counted off.
        assert!(most.load(Ordering::SeqCst) <= threads * MOST_EACH + 1);
    }

    #[test]
    fn a_large_input_is_worked_on_alone() {
        let under_way = AtomicUsize::new(0);
        let produce = |give: &mut dyn FnMut(usize, usize) -> bool| {
            for input in 0..60 {
                give(input, if input.is_multiple_of(10) { 3 * MOST_BYTES } else { 1000 });
            }
        };
        let work = |input: usize| {
            let others = under_way.fetch_add(1, Ordering::SeqCst);
            thread::sleep(std::time::Duration::from_micros(200));
            assert!(!input.is_multiple_of(10) || others == 0, "{input} was worked on beside {others} others");
            under_way.fetch_sub(1, Ordering::SeqCst);
        };
        assert!(in_order(produce, work, |()| Ok(())).is_ok());
    }

    #[test]
    fn an_error_ends_it() {
        let given = AtomicUsize::new(0);
        let produce = |give: &mut dyn FnMut(usize, usize) -> bool| {
            while give(0, 1) {
                given.fetch_add(1, Ordering::SeqCst);
            }
        };
        let mut left = 5;
        let result = in_order(
            produce,
            |input| input,
            |_| {
                left -= 1;
                if left == 0 { Err(Failure::new(Kind::Io, "enough")) } else { Ok(()) }
            },
        );
        assert!(result.is_err());
        assert!(given.load(Ordering::SeqCst) >= 5);
    }
}
