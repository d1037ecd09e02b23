//! Races over HTTP, in their short form (`prove races` runs the long one).

use tests::races;

#[tokio::test(flavor = "multi_thread")]
async fn clerks_press_call_at_one_moment() {
    println!("{}", races::clerks(10).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn issuers_never_give_a_number_twice() {
    println!("{}", races::issuers(4_000).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_presses_of_one_key_have_one_effect() {
    println!("{}", races::presses(5).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_idempotency_key_makes_one_ticket() {
    println!("{}", races::one_key(1_000).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn ready_windows_get_a_new_ticket_once() {
    println!("{}", races::ready(6).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_at_one_ticket_one_wins() {
    println!("{}", races::pairs(6).await.unwrap());
}
