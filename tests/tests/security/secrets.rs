//! What must not be written or said anywhere: numbers and names of visitors, passwords, and what opens a session.

use std::path::Path;

use serde_json::{Value, json};
use tests::halls::{self, NINE, Stage};
use tests::program;
use tests::wire::{Answer, Client};
use uuid::Uuid;

use crate::{Browser, PASSWORD, add, request_from};

/// What documents of visitors look like. Nobody has them.
const NUMBERS: [&str; 3] = ["330212199001011234", "33021219900101123X", "E12345678"];
/// Names of visitors.
const NAMES: [&str; 2] = ["欧阳测试", "Testperson"];

fn holds(bytes: &[u8], word: &str) -> bool {
    let word = word.trim_end_matches('X').as_bytes();
    bytes.windows(word.len()).any(|part| part == word)
}

/// Everything a client was told, headers and all.
#[derive(Default)]
struct Heard(Vec<(String, Answer)>);

impl Heard {
    fn take(&mut self, what: &str, answer: Answer) -> Answer {
        self.0.push((what.to_owned(), answer.clone()));
        answer
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_is_in_any_log_answer_or_file() {
    let clock = format!("{NINE}@0");
    // Everything that can be logged is.
    let data = program::Data::new().unwrap();
    for role in ["guide", "clerk"] {
        add(&data, role, role, &[]);
    }
    let manager = data.token("manager").unwrap();
    std::fs::write(halls::hall_file(&data), halls::toml(4)).unwrap();
    let (path, hall) = (data.path().to_str().unwrap().to_owned(), halls::hall_file(&data));
    let args =
        ["serve", "--listen", "127.0.0.1:0", "--data", &path, "--clock", &clock, "--hall", hall.to_str().unwrap()];
    let server = program::Server::spawn(&data, &args, &[("PAIHAO_LOG", "trace")]).unwrap();
    let address = server.address().to_owned();
    let stage = Stage { data, server: Some(server), manager, address, last_window: 4 };

    let mut heard = Heard::default();
    let first = stage.data.run(&["user", "add", "--name", "novice", "--role", "clerk"]).unwrap();
    let first = first.trim_end().to_owned();
    let here = [127, 0, 0, 1].into();
    let body = json!({ "name": "novice", "password": first, "new_password": "Changed-Horse-8" }).to_string();
    let answer = request_from(&stage.address, here, "POST", "/api/v1/session", &body).await.unwrap();
    assert_eq!(answer.status, 200);
    for (name, password) in [("guide", "Mistyped-Horse-9"), ("Mistyped-Horse-9", "guide"), (NAMES[0], NUMBERS[0])] {
        let body = json!({ "name": name, "password": password }).to_string();
        let answer = request_from(&stage.address, here, "POST", "/api/v1/session", &body).await.unwrap();
        heard.take("a wrong sign-in", answer);
    }
    let guide = Browser::sign_in(&stage.address, "guide").await;
    let secret = guide.cookie.split_once('=').unwrap().1.to_owned();
    for (at, number) in NUMBERS.iter().enumerate() {
        for body in [
            json!({ "service": "R", "person": number }),
            json!({ "service": "R", "person": number }),
            json!({ "service": "R", "person": number, "name": NAMES[at % 2] }),
            json!({ "service": "R", "persons": number }),
            json!({ "service": [number] }),
            json!({ "service": "R", "person": { "name": NAMES[at % 2] } }),
            json!({ "service": "R", "class": NAMES[at % 2], "person": number }),
        ] {
            let answer = guide.post("/api/v1/tickets", &body).await;
            heard.take("issue", answer);
        }
        let answer = guide.post("/api/v1/tickets/find", &json!({ "person": number })).await;
        let found = heard.take("find", answer);
        assert_eq!(found.status, 200, "{}", found.text());
        for path in [format!("/api/v1/tickets/{number}"), format!("/api/v1/visits/{number}"), format!("/t/{number}")] {
            let answer = guide.get(&path).await;
            heard.take(&path, answer);
        }
        let bearer = format!("Bearer {number}");
        let headers = [("authorization", bearer.as_str()), ("user-agent", number), ("referer", number)];
        let answer = guide.send_with("GET", "/api/v1/queues", &headers, &Value::Null).await;
        heard.take("a number as a token", answer);
    }
    let mut manager = Client::new(&stage.address, &stage.manager);
    for path in ["/metrics", "/api/v1/queues", "/api/v1/windows", "/api/v1/openapi.json", "/api/v1/kiosks/k1/prints"] {
        let answer = manager.get(path).await.unwrap();
        heard.take(path, answer);
    }
    let key = Uuid::now_v7();
    let body = json!({ "service": "R", "person": "330212199001019999" });
    for _ in 0..2 {
        let answer = manager.post_key("/api/v1/tickets", &body, key).await.unwrap();
        heard.take("with a key", answer);
    }

    let words: Vec<&str> = [&NUMBERS[..], &NAMES, &["330212199001019999"]].concat();
    let secrets = [PASSWORD, "Changed-Horse-8", "Mistyped-Horse-9", &first, &secret, &stage.manager];
    for (what, answer) in &heard.0 {
        let said = format!("{:?} {}", answer.headers, answer.text());
        for word in words.iter().chain(&secrets) {
            // Whoever misspells a field hears its name, and no value.
            assert!(!holds(said.as_bytes(), word), "{what} said {word}: {said}");
        }
    }
    let look = |when: &str| files(stage.data.path(), when, &words, &secrets);
    assert!(look("while it runs") >= 5);
    let server = stage.server.unwrap();
    assert!(server.terminate().unwrap().success());
    assert!(files(stage.data.path(), "afterwards", &words, &secrets) >= 4);
    let log = program::log(&stage.data);
    assert!(log.contains("signed in"), "the log was written: {log}");
    assert!(!log.contains("ERROR") && !log.contains("panic"), "{log}");
}

/// Looks into every file; says how many there were.
fn files(directory: &Path, when: &str, words: &[&str], secrets: &[&str]) -> usize {
    let mut count = 0;
    for file in std::fs::read_dir(directory).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for word in words.iter().chain(secrets) {
            assert!(!holds(&bytes, word), "{when}, {} holds {word}", path.display());
        }
        count += 1;
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sealed_opens_with_the_keys_beside_and_goes_with_its_person() {
    use server::persons::Persons;
    use store::Store as _;
    let stage = Stage::with(&halls::toml(2), &["--clock", NINE]).unwrap();
    let document = protocol::Pii::new(NUMBERS[1].to_owned());
    let issued =
        stage.client().post("/api/v1/tickets", &json!({ "service": "R", "person": NUMBERS[1] })).await.unwrap();
    assert_eq!(issued.status, 201);
    let store = store_sqlite::SqliteStore::open(stage.data.path().join("hall.db")).await.unwrap();
    let persons = Persons::load(&stage.data.path().join("keys")).unwrap();
    let id = persons.known(&store, &document).await.unwrap().expect("the hall has met this person");
    let shown = persons.masked(&store, id).await.unwrap().expect("reception sees parts of the number");
    assert_eq!(shown.reveal(), "3302…123X");
    let other = tempfile::tempdir().unwrap();
    let other = Persons::load(&other.path().join("keys")).unwrap();
    assert!(other.known(&store, &document).await.unwrap().is_none(), "without the key nobody is found");
    assert!(other.masked(&store, id).await.is_err(), "and nothing is read");
    assert!(store.erase_person(id).await.unwrap());
    assert!(persons.masked(&store, id).await.unwrap().is_none());
    store.close().await;
    stage.verify().unwrap();
}
