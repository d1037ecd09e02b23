//! Every fault of the list, once (`prove faults` tries each twenty times).

use std::time::Duration;

use protocol::bridge::{DeviceKind, DeviceState, JobState};
use tests::faults;
use tests::faults::bridge::Bridge;
use tests::faults::list::List;
use tests::faults::papers::Ticket;
use tests::wait::until;

#[tokio::test(flavor = "multi_thread")]
async fn printers_give_everybody_one_valid_ticket() {
    let tried = faults::printers::run(&List::load().unwrap().printer, 1).await.unwrap();
    println!("{tried:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_never_tell_a_wrong_person() {
    let tried = faults::readers::run(&List::load().unwrap().reader, 1).await.unwrap();
    println!("{tried:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn signs_never_show_an_old_text_as_new() {
    let tried = faults::signs::run(&List::load().unwrap().sign, 1).await.unwrap();
    println!("{tried:#?}");
    faults::signs::shared_line().await.unwrap();
    faults::signs::goodbye().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn lanes_and_gates_say_what_is_wrong_and_recover() {
    let tried = faults::wires::run(&List::load().unwrap().wire, 1).await.unwrap();
    println!("{tried:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pads_tell_every_press_once() {
    let tried = faults::pads::run(&List::load().unwrap().pads, 1).await.unwrap();
    println!("{tried:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn scanners_tell_what_they_saw_or_that_they_did_not() {
    let tried = faults::scanners::run(&List::load().unwrap().scanner, 1).await.unwrap();
    println!("{tried:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn speakers_say_one_at_a_time_none_late_and_speak_again() {
    let tried = faults::speakers::run(&List::load().unwrap().speaker, 1).await.unwrap();
    println!("{tried:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_bridge_prints_nothing_twice() {
    let tried = faults::kills::run(&List::load().unwrap().kill, 1).await.unwrap();
    println!("{tried:#?}");
}

/// `prove cables` pulls a hundred.
#[tokio::test(flavor = "multi_thread")]
async fn cables_are_pulled_and_nothing_leaks() {
    println!("{}", faults::cables::run(6, 2).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bridge_that_is_told_to_stop_ends_its_job_and_lets_go_of_its_socket() {
    let devices = "[[printers]]\nname = \"p\"\nmodel = \"generic-80\"\nport = \"virtual\"\n";
    let mut bridge = Bridge::start(devices, &[]).unwrap();
    bridge.api.is(DeviceKind::Printer, "p", DeviceState::Ready).await.unwrap();
    let ticket = Ticket::new("A001".into());
    let (api, job, paper) = (bridge.api.clone(), ticket.job(0), ticket.paper(0));
    let asking = tokio::spawn(async move { api.print("p", &job, &paper).await });
    let path = format!("/v1/printers/p/jobs/{}", ticket.job(0));
    let known = async || Ok((bridge.api.ask("GET", &path, None).await?.status == 200).then_some(()));
    until("the job is under way", Duration::from_secs(10), known).await.unwrap();
    assert!(bridge.terminate().unwrap().success());
    assert_eq!(asking.await.unwrap().unwrap().state, JobState::Printed);
    assert!(!bridge.dir().join("bridge.sock").exists());
}
