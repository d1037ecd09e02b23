//! Every program dies at every step of a visit, once (`prove visits` does it more often).

use tests::visits;

#[tokio::test(flavor = "multi_thread")]
async fn one_number_known_to_the_visitor_printed_once_or_marked() {
    for row in visits::run(1).await.unwrap() {
        println!("{row}");
    }
}
