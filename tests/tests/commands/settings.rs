//! Hall files in and out, configuration files, the environment.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{on, run};
use tests::halls::{self, NINE, Stage};
use tests::program::{Data, Server, yinzhou};
use tests::wait::until;
use tests::wire::Client;

#[test]
fn what_is_imported_is_exported() {
    for file in [std::fs::read_to_string(yinzhou()).unwrap(), halls::toml(210)] {
        let (first, second) = (Data::new().unwrap(), Data::new().unwrap());
        std::fs::write(halls::hall_file(&first), &file).unwrap();
        let import = |data: &Data| on(data, &["hall", "import", halls::hall_file(data).to_str().unwrap()]);
        let imported = import(&first);
        assert_eq!((imported.code, imported.out.as_str()), (0, ""), "{}", imported.err);
        let exported = on(&first, &["hall", "export"]);
        assert_eq!((exported.code, exported.err.as_str()), (0, ""));
        std::fs::write(halls::hall_file(&second), &exported.out).unwrap();
        assert_eq!(import(&second).code, 0);
        let again = on(&second, &["hall", "export"]);
        assert_eq!(again.out, exported.out, "an export of an import of an export differs");
        let read = |text: &str| server::hall_file::parse("hall.toml", text).unwrap();
        assert_eq!(read(&exported.out), read(&file), "something of the file was lost");
        // The same once more changes nothing.
        let same = import(&first);
        assert_eq!(same.code, 0);
        assert!(same.err.contains("in force already"), "{}", same.err);
        assert!(on(&first, &["verify"]).out.starts_with("1 events"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_takes_new_settings_up() {
    let stage = Stage::new(3).unwrap();
    stage.open_windows(1).await.unwrap();
    let mut client = stage.client();
    client.post("/api/v1/tickets", &json!({ "service": "S" })).await.unwrap().good::<Value>().unwrap();
    let file = halls::hall_file(&stage.data);
    std::fs::write(&file, halls::toml(5)).unwrap();
    assert_eq!(client.get("/api/v1/windows/5").await.unwrap().status, 404);
    let imported = on(&stage.data, &["hall", "import", file.to_str().unwrap()]);
    assert_eq!(imported.code, 0, "{}", imported.err);
    let ask = async || Ok((stage.client().get("/api/v1/windows/5").await?.status == 200).then_some(()));
    let ((), took) = until("window 5", Duration::from_secs(5), ask).await.unwrap();
    println!("settings were in force after {took:.2?}");
    // Everything goes on, and the new window too.
    client.post("/api/v1/windows/5/open", &json!({})).await.unwrap().good::<Value>().unwrap();
    let called: Value = client.post("/api/v1/windows/5/call", &json!({})).await.unwrap().good().unwrap();
    assert_eq!(called["number"], "A001");
    stage.verify().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_hall_file_is_refused_with_its_line_and_nothing_starts() {
    let good = halls::toml(3);
    let data = Data::new().unwrap();
    let file = halls::hall_file(&data);
    let shown = file.display().to_string();
    let line = |needle: &str| 1 + good.lines().position(|line| line.contains(needle)).unwrap();
    for (from, to, line, reason) in [
        ("zone = \"A\"", "zone = \"B\"", line("zone = \"A\""), "unknown zone"),
        ("\"08:30\"", "\"25:30\"", line("open ="), "not a time of day"),
        ("\"T\", \"R\"]", "\"T\", \"Q\"]", line("services = ["), "unknown service"),
        ("series = \"B\"", "series = \"O\"", line("series = \"B\""), "series"),
        ("[hall]", "[hall", 1, ""),
        ("code = \"T\"", "code = \"S\"", line("code = \"T\""), "twice"),
        ("time_zone = \"Asia/Shanghai\"", "time_zone = \"Asia/Nowhere\"", line("time_zone"), "time zone"),
    ] {
        assert!(good.contains(from));
        std::fs::write(&file, good.replacen(from, to, 1)).unwrap();
        let place = format!("{shown}:{line}: ");
        for args in [&["serve", "--listen", "127.0.0.1:0", "--hall", &shown][..], &["hall", "import", &shown]] {
            let ended = on(&data, args);
            assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{to}: {}", ended.err);
            assert!(ended.err.contains(&place) && ended.err.contains(reason), "{to}: {} has no {place}", ended.err);
        }
        assert!(!server::serve::database(data.path()).exists(), "{to}: a hall was made all the same");
    }
    // A hall that is served keeps what it has.
    let stage = Stage::new(2).unwrap();
    let before = on(&stage.data, &["hall", "export"]).out;
    std::fs::write(&file, good.replacen("zone = \"A\"", "zone = \"B\"", 1)).unwrap();
    assert_eq!(on(&stage.data, &["hall", "import", &shown]).code, 1);
    assert_eq!(on(&stage.data, &["hall", "export"]).out, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_come_from_flags_then_the_environment_then_a_file() {
    let data = Data::new().unwrap();
    let token = data.token("manager").unwrap();
    std::fs::write(halls::hall_file(&data), halls::toml(2)).unwrap();
    let config = data.path().join("paihao.toml");
    let text = format!(
        "[serve]\nlisten = \"127.0.0.1:0\"\nhall = {:?}\nclock = \"2026-11-23T10:00:00+08:00@0\"\n",
        halls::hall_file(&data)
    );
    std::fs::write(&config, text).unwrap();
    let config = config.to_str().unwrap();
    let hour = async |server: &Server| {
        let health: protocol::Health = Client::new(server.address(), &token).read("/healthz").await.unwrap();
        assert_eq!(health.clock, "simulated");
        health.time[11..13].to_owned()
    };
    let start = |args: &[&str], environment: &[(&str, &str)]| Server::spawn(&data, args, environment).unwrap();
    let dir = data.path().to_str().unwrap();
    let server = start(&["serve", "--data", dir, "--config", config], &[]);
    assert_eq!(hour(&server).await, "10", "the file");
    drop(server);
    let eleven = ("PAIHAO_CLOCK", "2026-11-23T11:00:00+08:00@0");
    let server = start(&["serve", "--data", dir], &[("PAIHAO_CONFIG", config), eleven]);
    assert_eq!(hour(&server).await, "11", "the environment");
    drop(server);
    let noon = "2026-11-23T12:00:00+08:00@0";
    let server = start(&["serve", "--data", dir, "--config", config, "--clock", noon], &[eleven]);
    assert_eq!(hour(&server).await, "12", "the flag");
    drop(server);
    let hall = halls::hall_file(&data);
    let environment = [
        ("PAIHAO_DATA", dir),
        ("PAIHAO_LISTEN", "127.0.0.1:0"),
        ("PAIHAO_HALL", hall.to_str().unwrap()),
        ("PAIHAO_CLOCK", NINE),
    ];
    let server = start(&["serve"], &environment);
    assert_eq!(hour(&server).await, "09", "nothing but the environment");
    drop(server);
    let wrong = data.path().join("wrong.toml");
    for text in ["[serve", "serve = 1", "[serve]\nlisten = [1]", "[serve]\nnonsense = 1"] {
        std::fs::write(&wrong, text).unwrap();
        let ended = run(&["serve", "--data", dir, "--config", wrong.to_str().unwrap()], &[]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{text}: {}", ended.err);
    }
}
