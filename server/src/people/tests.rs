//! Sign-in, sessions and seats over a store in memory.

use super::*;
use hall::ids::ActorId;
use store::MemoryStore;

const NAME: &str = "wang";
const PASSWORD: &str = "Abcdef12";

type Told = Arc<Mutex<Vec<(u16, Option<String>)>>>;

struct Stage {
    store: Arc<MemoryStore>,
    people: People,
    tokens: Tokens,
    out: tokio::sync::watch::Receiver<u64>,
    told: Told,
}

fn pii(text: &str) -> Pii<String> {
    Pii::new(text.to_owned())
}

fn ip(last: u8) -> IpAddr {
    IpAddr::from([10, 0, 0, last])
}

async fn start(store: Arc<MemoryStore>) -> Stage {
    let tokens = Tokens::load(store.clone()).await.unwrap();
    let told = Told::default();
    let heard = told.clone();
    let tell: Tell = Box::new(move |window, sitting| {
        heard.lock().unwrap().push((window, sitting.map(|sitting| sitting.name.clone())));
    });
    let people = People::load(store.clone(), tokens.clone(), tell).await.unwrap();
    Stage { store, people, out: tokens.changes(), tokens, told }
}

impl Stage {
    /// With one clerk.
    async fn new() -> Self {
        let stage = start(Arc::new(MemoryStore::new())).await;
        stage.add(NAME, Role::Clerk, false).await;
        stage
    }

    async fn add(&self, name: &str, role: Role, must_change: bool) {
        let now_ms = Clock::real().now().0;
        let row = new_user(name, role, None, &pii(PASSWORD), must_change, now_ms).unwrap();
        self.store.add_user(&row).await.unwrap();
    }

    async fn enter(&self, name: &str) -> (String, Signed) {
        self.people.sign_in(name, &pii(PASSWORD), None, ip(1)).await.unwrap()
    }

    async fn try_in(&self, name: &str, password: &str) -> &'static str {
        match self.people.sign_in(name, &pii(password), None, ip(1)).await {
            Ok(_) => "in",
            Err(SignInError::Wrong) => "wrong",
            Err(SignInError::Later(_)) => "later",
            Err(SignInError::MustChange) => "must change",
            Err(SignInError::Expired) => "expired",
            Err(_) => "failed",
        }
    }

    fn told(&self) -> Vec<(u16, Option<String>)> {
        std::mem::take(&mut *self.told.lock().unwrap())
    }
}

#[tokio::test]
async fn who_signs_in_is_known_by_a_new_secret_each_time() {
    let stage = Stage::new().await;
    let (one, signed) = stage.enter(NAME).await;
    let (two, other) = stage.enter(NAME).await;
    assert_ne!(one, two);
    assert_ne!(signed.id, other.id);
    assert_eq!((one.len(), signed.token.actor.role), (64, Role::Clerk));
    let found = stage.people.find(&one, true).await.unwrap();
    assert_eq!((found.id, found.token.actor.id), (signed.id, signed.token.actor.id));
    for strange in ["", "x", &one[..63], &"0".repeat(64), &"é".repeat(32)] {
        assert!(stage.people.find(strange, true).await.is_none(), "{strange}");
    }
    // The store holds nothing that opens a session.
    let rows = format!("{:?}", stage.store.sessions().await.unwrap());
    assert!(!rows.contains(&one));
}

#[tokio::test]
async fn who_is_unknown_hears_what_a_wrong_password_hears() {
    let stage = Stage::new().await;
    let long = "x".repeat(5_000);
    for (name, password) in [(NAME, "Abcdef13"), (NAME, ""), ("li", PASSWORD), ("", PASSWORD), (NAME, &long)] {
        assert_eq!(stage.try_in(name, password).await, "wrong", "{name} {}", password.len());
    }
}

#[tokio::test]
async fn after_failures_the_right_password_has_to_wait_here_and_not_elsewhere() {
    let stage = Stage::new().await;
    let mut said = Vec::new();
    for _ in 0..4 {
        said.push(stage.try_in(NAME, "Wrong-12").await);
    }
    assert_eq!(said, ["wrong", "wrong", "wrong", "later"]);
    assert_eq!(stage.try_in(NAME, PASSWORD).await, "later");
    assert!(stage.people.sign_in(NAME, &pii(PASSWORD), None, ip(2)).await.is_ok());
}

#[tokio::test]
async fn a_first_password_is_used_once_and_changed() {
    let stage = Stage::new().await;
    stage.add("li", Role::Guide, true).await;
    assert_eq!(stage.try_in("li", PASSWORD).await, "must change");
    let new = async |new: &str| stage.people.sign_in("li", &pii(PASSWORD), Some(&pii(new)), ip(1)).await;
    assert!(matches!(new("short").await, Err(SignInError::BadPassword(_))));
    assert!(matches!(new(PASSWORD).await, Err(SignInError::BadPassword(_))));
    assert_eq!(new("Another-1").await.unwrap().1.token.actor.role, Role::Guide);
    assert_eq!(stage.try_in("li", PASSWORD).await, "wrong");
    assert_eq!(stage.try_in("li", "Another-1").await, "in");
}

#[tokio::test]
async fn a_first_password_does_not_last_for_ever() {
    let stage = Stage::new().await;
    let long_ago = Clock::real().now().0 - INITIAL_MS - 1;
    let row = new_user("li", Role::Guide, None, &pii(PASSWORD), true, long_ago).unwrap();
    stage.store.add_user(&row).await.unwrap();
    assert_eq!(stage.try_in("li", PASSWORD).await, "expired");
    assert_eq!(stage.try_in("li", "Wrong-12").await, "wrong");
}

#[tokio::test]
async fn another_password_a_sign_out_and_a_disabled_user_end_sessions() {
    let mut stage = Stage::new().await;
    let (one, signed) = stage.enter(NAME).await;
    let (two, _) = stage.enter(NAME).await;
    assert!(!stage.out.has_changed().unwrap());
    stage.people.sign_out(signed.id).await.unwrap();
    assert!(stage.out.has_changed().unwrap(), "open sockets are told");
    stage.out.mark_unchanged();
    assert!(
        stage.people.find(&one, true).await.is_none() && !stage.tokens.holds(signed.token.actor.id, Some(signed.id))
    );
    assert!(stage.people.find(&two, true).await.is_some());
    let changed = stage.people.sign_in(NAME, &pii(PASSWORD), Some(&pii("Another-1")), ip(1)).await.unwrap();
    assert!(stage.people.find(&two, true).await.is_none(), "the others end");
    assert!(stage.people.find(&changed.0, true).await.is_some());
    // By another process, as `paihao user disable` does.
    stage.store.disable_user(changed.1.token.actor.id.0, 1).await.unwrap();
    stage.people.refresh().await.unwrap();
    assert!(stage.people.find(&changed.0, true).await.is_none() && stage.out.has_changed().unwrap());
    assert_eq!(stage.try_in(NAME, "Another-1").await, "wrong");
}

#[tokio::test]
async fn sessions_and_seats_survive_a_restart() {
    let stage = Stage::new().await;
    let (secret, signed) = stage.enter(NAME).await;
    let sitting = stage.people.sit(&signed.token, 7, false).await.unwrap();
    let again = start(Arc::new(stage.store.crash())).await;
    let found = again.people.find(&secret, true).await.unwrap();
    assert_eq!(found.id, signed.id);
    assert_eq!(again.people.may_act(&found.token, 7), Ok(()));
    assert_eq!(again.people.seat_of(found.id, |_| String::new()).unwrap().seat, sitting.id);
    assert!(again.told().is_empty(), "nobody has moved");
}

#[tokio::test]
async fn a_take_over_is_told_and_a_seat_ends_with_its_session() {
    let stage = Stage::new().await;
    stage.add("li", Role::Clerk, false).await;
    let ((_, wang), (_, li)) = (stage.enter(NAME).await, stage.enter("li").await);
    let first = stage.people.sit(&wang.token, 7, false).await.unwrap();
    assert_eq!(stage.people.sit(&wang.token, 7, true).await.unwrap().id, first.id, "he sits there already");
    let taken = stage.people.sit(&li.token, 7, false).await.unwrap_err();
    assert!(matches!(taken, SeatError::Refused(SeatRefusal::Taken(sitting)) if sitting.name == NAME));
    stage.people.sit(&li.token, 7, true).await.unwrap();
    assert!(matches!(stage.people.may_act(&wang.token, 7), Err(SeatRefusal::Taken(_))));
    stage.people.stand_up(wang.id, 7).await.unwrap();
    assert_eq!(stage.people.may_act(&li.token, 7), Ok(()), "who has been sent away sends nobody away");
    stage.people.sit(&li.token, 8, false).await.unwrap();
    stage.people.sign_out(li.id).await.unwrap();
    let names = stage.told();
    let told: Vec<(u16, Option<&str>)> = names.iter().map(|(window, name)| (*window, name.as_deref())).collect();
    assert_eq!(told, [(7, Some(NAME)), (7, Some("li")), (7, None), (8, Some("li")), (8, None)]);
    assert!(matches!(stage.people.sit(&li.token, 8, false).await, Err(SeatError::Gone)));
}

#[tokio::test]
async fn programs_do_not_sit() {
    let stage = Stage::new().await;
    let actor = hall::role::Actor { id: ActorId(Uuid::max()), role: Role::Manager, window: None };
    let token = Token { actor, name: "program".into(), session: None };
    assert!(matches!(stage.people.sit(&token, 7, true).await, Err(SeatError::Refused(SeatRefusal::NotAllowed(_)))));
}

#[tokio::test]
async fn a_store_without_room_signs_nobody_in_and_forgets_nobody() {
    let stage = Stage::new().await;
    let (secret, signed) = stage.enter(NAME).await;
    stage.store.faults().full = true;
    assert_eq!(stage.try_in(NAME, PASSWORD).await, "failed");
    assert!(stage.people.find(&secret, true).await.is_some());
    assert!(stage.people.sit(&signed.token, 7, false).await.is_err());
    stage.store.faults().full = false;
    assert!(stage.people.sit(&signed.token, 7, false).await.is_ok());
}
