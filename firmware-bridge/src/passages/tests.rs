use protocol::bridge::cameras::Bay;
use protocol::bridge::lanes::Direction;
use protocol::pii::Pii;
use tokio_util::sync::CancellationToken;

use super::fake_hall::Hall;
use super::*;

fn seen(number: u64) -> New {
    let passage = Passage {
        lot: "P1".into(),
        lane: "in-1".into(),
        direction: Direction::In,
        at: "2026-11-23T09:30:00.000+08:00".into(),
        passage_id: format!("in-1-{number}"),
        plate: Some(Pii::new("浙A12345".into())),
        class: Bay::Charging,
        source: Source::Camera,
        doubtful: false,
    };
    New { passage, known: None, near: None, event_s: clock::wall_s() }
}

struct Running {
    outbox: Outbox,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Running {
    fn start(dir: &Path, hall: Option<&Hall>) -> Self {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let outbox = Outbox::start(dir, &tasks).unwrap();
        if let Some(hall) = hall {
            let address = link::address_of(&hall.url, None).unwrap();
            tasks.spawn(Courier::new(outbox.clone(), address, "secret").run(stop.clone()));
        }
        Self { outbox, tasks, stop }
    }

    async fn end(self) {
        self.stop.cancel();
        self.outbox.close();
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn is(&self, wanted: impl Fn(&Status) -> bool) {
        let mut status = self.outbox.watch();
        let limited = tokio::time::timeout(Duration::from_secs(20), status.wait_for(wanted));
        limited.await.expect("in time").unwrap();
    }
}

fn ids(bodies: &[serde_json::Value]) -> Vec<&str> {
    bodies.iter().map(|body| body["passage_id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn passages_are_told_in_order_over_one_connection() {
    let dir = tempfile::tempdir().unwrap();
    let hall = Hall::start(&[201, 200]).await;
    let running = Running::start(dir.path(), Some(&hall));
    for number in 1..=5 {
        assert_eq!(running.outbox.enter(seen(number)).await, Entered::New);
    }
    let taken = hall.taken(5).await;
    assert_eq!(ids(&taken), ["in-1-1", "in-1-2", "in-1-3", "in-1-4", "in-1-5"]);
    assert_eq!(
        taken[0],
        serde_json::json!({
            "lot": "P1", "lane": "in-1", "direction": "in", "at": "2026-11-23T09:30:00.000+08:00",
            "passage_id": "in-1-1", "plate": "浙A12345", "class": "charging", "source": "camera",
        })
    );
    running.is(|status| status.taken == 5 && status.waiting == 0 && status.on_disk).await;
    assert_eq!(hall.connections(), 1);
    running.end().await;
}

#[tokio::test]
async fn what_the_hall_refuses_is_set_aside_and_what_it_cannot_take_now_waits() {
    let dir = tempfile::tempdir().unwrap();
    let hall = Hall::start(&[503, 401, 422, 201, 404]).await;
    let running = Running::start(dir.path(), Some(&hall));
    for number in 1..=4 {
        running.outbox.note(seen(number));
    }
    assert_eq!(ids(&hall.taken(2).await), ["in-1-2", "in-1-4"]);
    running.is(|status| status.refused == 2 && status.taken == 2).await;
    let all: Vec<u16> = hall.heard().iter().map(|(status, _)| *status).collect();
    assert_eq!(all, [503, 401, 422, 201, 404, 201], "the first was told until it was refused");
    let aside = std::fs::read_to_string(dir.path().join("passages.refused")).unwrap();
    assert!(aside.contains("\"in-1-1\"") && aside.contains("unknown-lot") && aside.contains("422"), "{aside}");
    assert!(aside.contains("\"in-1-3\"") && !aside.contains("浙A"), "{aside}");
    running.end().await;
}

#[tokio::test]
async fn what_was_seen_without_a_hall_is_told_after_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let running = Running::start(dir.path(), None);
    let entered: Vec<_> = (1..=50).map(|number| running.outbox.enter(seen(number))).collect();
    assert!(futures_util::future::join_all(entered).await.iter().all(|became| *became == Entered::New));
    running.end().await;
    let hall = Hall::start(&[]).await;
    let running = Running::start(dir.path(), Some(&hall));
    let taken = hall.taken(50).await;
    assert_eq!(taken[49]["passage_id"], "in-1-50");
    assert_eq!(taken[0]["plate"], "浙A12345", "it was sealed meanwhile");
    running.is(|status| status.waiting == 0).await;
    running.end().await;
}

#[test]
fn nothing_prints_a_plate() {
    let printed = format!("{:?}", seen(1));
    assert!(printed.contains("in-1-1") && !printed.contains("12345"), "{printed}");
}
