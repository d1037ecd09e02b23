//! Every fault of the list, once (`prove faults` tries each twenty times).

use tests::faults;
use tests::faults::list::List;

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
async fn a_killed_bridge_prints_nothing_twice() {
    let tried = faults::kills::run(&List::load().unwrap().kill, 1).await.unwrap();
    println!("{tried:#?}");
}
