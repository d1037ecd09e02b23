//! kill -9 in a storm, in its short form (`prove kills` runs the long one).

use tests::kills;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_and_nothing_happens_twice() {
    println!("{}", kills::in_a_storm(5, 7).await.unwrap());
}
