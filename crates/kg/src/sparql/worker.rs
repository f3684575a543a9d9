//! Threads with a large stack, kept for the next query: making one costs more than a small query.

use std::sync::mpsc::{self, Receiver, Sender, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::KgError;

/// Parser, optimizer and evaluator call themselves as deep as the query is nested; what
/// [`super::guard`] lets through fits with room to spare. Only what is used is ever committed.
const STACK: usize = 512 << 20;

/// Idle threads kept; more are made while more queries run at a time.
const KEPT: usize = 8;

type Job = Box<dyn FnOnce() + Send>;

/// A job on its way to a thread, with the door through which that thread is reached again.
struct Task {
    job: Job,
    door: Sender<Task>,
}

/// The threads of one graph. They end with it.
#[derive(Clone, Default)]
pub(crate) struct Workers {
    idle: Arc<Idle>,
}

#[derive(Default)]
struct Idle(Mutex<Vec<Sender<Task>>>);

impl Idle {
    fn doors(&self) -> MutexGuard<'_, Vec<Sender<Task>>> {
        // No thread panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Workers {
    /// Starts `work` and returns where its result will arrive; nothing arrives if it panics. All that
    /// `work` holds is let go before the result is sent.
    ///
    /// # Errors
    /// [`KgError::Io`] if no thread can be made.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<Receiver<T>, KgError> {
        let (done, waiting): (SyncSender<T>, _) = mpsc::sync_channel(1);
        let mut job: Job = Box::new(move || {
            let result = work();
            // Nobody waits any more after a timeout.
            let _ = done.send(result);
        });
        loop {
            // A statement of its own, so that the lock is not held while a thread wakes.
            let door = self.idle.doors().pop();
            let Some(door) = door else {
                self.spawn(job)?;
                return Ok(waiting);
            };
            let again = door.clone();
            match door.send(Task { job, door: again }) {
                Ok(()) => return Ok(waiting),
                // Its thread has ended: try the next.
                Err(returned) => job = returned.0.job,
            }
        }
    }

    /// Threads that wait for work.
    #[cfg(test)]
    pub(super) fn idle(&self) -> usize {
        self.idle.doors().len()
    }

    fn spawn(&self, job: Job) -> Result<(), KgError> {
        let (door, tasks) = mpsc::channel();
        let idle = Arc::downgrade(&self.idle);
        std::thread::Builder::new()
            .name("sparql".to_owned())
            .stack_size(STACK)
            .spawn(move || serve(Task { job, door }, &tasks, &idle))?;
        Ok(())
    }
}

/// Does one job after the other. While it waits, the only door to it is in the list of idle threads,
/// so that it ends when that list does.
fn serve(first: Task, tasks: &Receiver<Task>, idle: &Weak<Idle>) {
    let mut next = Some(first);
    while let Some(Task { job, door }) = next {
        job();
        {
            let Some(idle) = idle.upgrade() else { return };
            let mut doors = idle.doors();
            if doors.len() >= KEPT {
                return;
            }
            doors.push(door);
        }
        next = tasks.recv().ok();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn thread_of(workers: &Workers) -> thread::ThreadId {
        let waiting = workers.run(|| thread::current().id()).expect("a thread");
        waiting.recv().expect("it does not panic")
    }

    #[test]
    fn a_thread_is_used_again_and_ends_with_the_graph() {
        let workers = Workers::default();
        let first = thread_of(&workers);
        // It becomes idle a moment after its result has arrived.
        while workers.idle() == 0 {
            thread::yield_now();
        }
        assert_eq!(thread_of(&workers), first);
        let idle = Arc::downgrade(&workers.idle);
        drop(workers);
        while idle.upgrade().is_some() {
            thread::yield_now();
        }
    }

    #[test]
    fn a_panic_is_no_result_and_harms_nobody_else() {
        let workers = Workers::default();
        let waiting = workers.run(|| panic!("of the test")).expect("a thread");
        let result: Result<(), _> = waiting.recv();
        assert!(result.is_err());
        thread_of(&workers);
    }

    #[test]
    fn no_more_threads_are_kept_than_that() {
        let workers = Workers::default();
        let (open, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let running: Vec<_> = (0..KEPT + 3)
            .map(|_| {
                let gate = Arc::clone(&gate);
                workers
                    .run(move || {
                        let _ = gate.lock().map(|gate| gate.recv());
                    })
                    .expect("a thread")
            })
            .collect();
        drop(open);
        for waiting in running {
            waiting.recv().expect("it does not panic");
        }
        assert!(workers.idle() <= KEPT);
    }
}
