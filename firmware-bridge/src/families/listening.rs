//! The one listener of a device: whoever came last. What is told goes to whoever listens at that moment, and is kept by nobody.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, oneshot};

/// Messages that may wait for the listener: many visitors.
const WAITING: usize = 32;

/// Why nobody hears any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Another listener came.
    Replaced,
    /// It did not keep up.
    TooSlow,
}

/// The place of the one listener.
#[derive(Debug)]
pub struct Listening<M> {
    place: Arc<Mutex<Option<Place<M>>>>,
}

impl<M> Clone for Listening<M> {
    fn clone(&self) -> Self {
        Self { place: self.place.clone() }
    }
}

impl<M> Default for Listening<M> {
    fn default() -> Self {
        Self { place: Arc::default() }
    }
}

#[derive(Debug)]
struct Place<M> {
    messages: mpsc::Sender<M>,
    end: oneshot::Sender<Ended>,
}

/// Who listens.
#[derive(Debug)]
pub struct Listener<M> {
    messages: mpsc::Receiver<M>,
    end: oneshot::Receiver<Ended>,
}

impl<M> Listening<M> {
    /// Takes the place of whoever listened before.
    pub fn listen(&self) -> Listener<M> {
        let (messages, receiver) = mpsc::channel(WAITING);
        let (end, ended) = oneshot::channel();
        if let Some(old) = self.lock().replace(Place { messages, end }) {
            let _ = old.end.send(Ended::Replaced);
        }
        Listener { messages: receiver, end: ended }
    }

    /// Tells the listener, if there is one.
    pub fn tell(&self, message: M) {
        let mut place = self.lock();
        let Some(listener) = &*place else { return };
        match listener.messages.try_send(message) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Closed(_)) => *place = None,
            Err(mpsc::error::TrySendError::Full(_)) => {
                if let Some(slow) = place.take() {
                    let _ = slow.end.send(Ended::TooSlow);
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Place<M>>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<M> Listener<M> {
    /// The next message. Whoever was replaced hears nothing more, not even what waits.
    pub async fn hear(&mut self) -> Result<M, Ended> {
        tokio::select! {
            biased;
            ended = &mut self.end => Err(ended.unwrap_or(Ended::Replaced)),
            message = self.messages.recv() => match message {
                Some(message) => Ok(message),
                None => Err((&mut self.end).await.unwrap_or(Ended::Replaced)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::bridge::ReaderMessage;

    use super::*;

    #[tokio::test]
    async fn the_newest_listener_alone_hears() {
        let listening = Listening::default();
        listening.tell(ReaderMessage::Removed);
        let mut first = listening.listen();
        listening.tell(ReaderMessage::Removed);
        let mut second = listening.listen();
        listening.tell(ReaderMessage::Tick);
        assert_eq!(first.hear().await, Err(Ended::Replaced), "not what waited for it either");
        assert_eq!(second.hear().await, Ok(ReaderMessage::Tick));
        drop(second);
        listening.tell(ReaderMessage::Removed);
        let mut third = listening.listen();
        listening.tell(ReaderMessage::Tick);
        assert_eq!(third.hear().await, Ok(ReaderMessage::Tick), "nothing is kept for who comes later");
    }

    #[tokio::test]
    async fn who_does_not_keep_up_is_let_go() {
        let listening = Listening::default();
        let mut slow = listening.listen();
        for _ in 0..=WAITING {
            listening.tell(ReaderMessage::Removed);
        }
        assert_eq!(slow.hear().await, Err(Ended::TooSlow));
    }
}
