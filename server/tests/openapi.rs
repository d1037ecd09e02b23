//! The public API as a snapshot: a change of it is seen.

#[test]
fn the_document_is_the_one_that_was_agreed() {
    insta::assert_snapshot!(server::http::document().to_pretty_json().unwrap());
}

#[test]
fn it_names_every_call_of_the_contract_so_far() {
    let document = serde_json::to_value(server::http::document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let actions = ["open", "pause", "close", "call", "recall", "start", "finish", "miss", "return", "park", "resume"];
    let actions = actions.iter().chain(&["transfer", "rate"]);
    let posts = actions
        .map(|action| format!("/api/v1/windows/{{window}}/{action}"))
        .chain(["/api/v1/tickets", "/api/v1/tickets/{id}/leave", "/api/v1/tickets/{id}/reprint"].map(str::to_owned));
    let gets = ["/api/v1/tickets/{id}", "/api/v1/queues", "/api/v1/windows", "/api/v1/windows/{window}"]
        .into_iter()
        .chain(["/api/v1/live", "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"]);
    for path in posts {
        assert!(document["paths"][&path]["post"].is_object(), "POST {path}");
    }
    for path in gets {
        assert!(document["paths"][path]["get"].is_object(), "GET {path}");
    }
}
