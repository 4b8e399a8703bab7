//! Where things wait for one who does many of them together.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A line, the first to come first.
pub struct Queue<T>(Mutex<QueueState<T>>);

struct QueueState<T> {
    waiting: VecDeque<T>,
    /// Whether somebody is at work, and will look again before leaving.
    is_served: bool,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self(Mutex::new(QueueState { waiting: VecDeque::new(), is_served: false }))
    }
}

impl<T> fmt::Debug for Queue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Queue")
    }
}

impl<T> Queue<T> {
    /// Joins the line. Gives a shift to whoever has to begin serving.
    pub fn join(self: &Arc<Self>, one: T) -> Option<Shift<T>> {
        let mut line = self.line();
        line.waiting.push_back(one);
        let was_served = std::mem::replace(&mut line.is_served, true);
        (!was_served).then(|| Shift { queue: self.clone(), is_over: false })
    }

    fn line(&self) -> MutexGuard<'_, QueueState<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody serves a line, until nobody waits.
pub struct Shift<T> {
    queue: Arc<Queue<T>>,
    is_over: bool,
}

impl<T> fmt::Debug for Shift<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shift")
    }
}

impl<T> Shift<T> {
    /// The next in line.
    pub fn next(&self) -> Option<T> {
        self.queue.line().waiting.pop_front()
    }

    /// The next in line, at most so many.
    pub fn next_few(&self, most: usize) -> Vec<T> {
        let mut line = self.queue.line();
        let few = most.min(line.waiting.len());
        line.waiting.drain(..few).collect()
    }

    /// Whether nobody waits at this moment.
    pub fn is_quiet(&self) -> bool {
        self.queue.line().waiting.is_empty()
    }

    /// Whether the shift is over, because nobody waits: whoever comes next begins a new one.
    pub fn is_over(&mut self) -> bool {
        let mut line = self.queue.line();
        line.is_served = !line.waiting.is_empty();
        self.is_over = !line.is_served;
        self.is_over
    }
}

/// Who was stopped in the middle leaves the line to whoever comes next.
impl<T> Drop for Shift<T> {
    fn drop(&mut self) {
        if !self.is_over {
            self.queue.line().is_served = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_serves_until_nobody_waits() {
        let queue = Arc::new(Queue::default());
        let mut shift = queue.join(1).unwrap();
        assert!(queue.join(2).is_none());
        assert_eq!(shift.next_few(9), [1, 2]);
        assert!(queue.join(3).is_none());
        assert!(!shift.is_over());
        assert_eq!((shift.next(), shift.next()), (Some(3), None));
        assert!(shift.is_over());
        let second = queue.join(4).unwrap();
        drop(shift);
        assert!(queue.join(5).is_none(), "the second serves, whoever left before");
        drop(second);
        assert!(queue.join(6).is_some(), "who was stopped leaves the line to the next");
    }
}
