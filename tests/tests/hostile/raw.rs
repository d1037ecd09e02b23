//! What no HTTP library sends.

use crate::Hall;
use tests::wire::raw;

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_request() {
    let mut hall = Hall::new().await;
    let before = hall.state().await;
    let address = hall.stage.address.clone();
    let token = hall.stage.manager.clone();
    let good = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let issue = format!("POST /api/v1/tickets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n");
    let chunk = format!("{:x}\r\n{}\r\n", 200_000, "x".repeat(200_000));
    let cases: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("garbage", b"\x00\x01\x02\x03\r\n\r\n".to_vec(), &[400]),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n".to_vec(), &[400]),
        ("half a request line", b"GET\r\n\r\n".to_vec(), &[400]),
        ("HTTP/9", b"GET / HTTP/9.9\r\n\r\n".to_vec(), &[400]),
        (
            "a header of 64 KB",
            format!("GET /healthz HTTP/1.1\r\nx: {}\r\n\r\n", "y".repeat(65_536)).into_bytes(),
            &[431],
        ),
        ("500 headers", format!("GET /healthz HTTP/1.1\r\n{}\r\n", "x: y\r\n".repeat(500)).into_bytes(), &[431]),
        ("a path of 64 KB", format!("GET /{} HTTP/1.1\r\n\r\n", "y".repeat(65_536)).into_bytes(), &[431]),
        ("a header without a name", b"GET /healthz HTTP/1.1\r\n: y\r\n\r\n".to_vec(), &[400]),
        ("a good one, then garbage", format!("{good}\x00\x01\x02\r\n\r\n").into_bytes(), &[200, 400]),
        ("three good ones at once", good.repeat(3).into_bytes(), &[200, 200, 200]),
        ("two lengths", format!("{issue}content-length: 2\r\ncontent-length: 5\r\n\r\n{{}}").into_bytes(), &[400]),
        ("a negative length", format!("{issue}content-length: -1\r\n\r\n{{}}").into_bytes(), &[400]),
        (
            "length and chunks at once (request smuggling)",
            format!("{issue}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{good}").into_bytes(),
            // The chunks count, so the body is empty; or the whole is refused.
            &[400, 200],
        ),
        (
            "bad chunks",
            format!("{issue}transfer-encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n").into_bytes(),
            &[400],
        ),
        (
            "chunks over the limit",
            format!("{issue}transfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n").into_bytes(),
            &[413],
        ),
        ("a length over the limit", format!("{issue}content-length: 99999999\r\n\r\n").into_bytes(), &[413]),
        (
            "a length over the limit, asked before",
            format!("{issue}expect: 100-continue\r\ncontent-length: 99999999\r\n\r\n").into_bytes(),
            &[413],
        ),
        (
            "a body that may come",
            format!("{issue}expect: 100-continue\r\ncontent-length: 15\r\n\r\n{{\"service\":\"X\"}}").into_bytes(),
            &[100, 404],
        ),
        (
            "an expectation nobody meets",
            format!("{issue}expect: coffee\r\ncontent-length: 15\r\n\r\n{{\"service\":\"X\"}}").into_bytes(),
            &[404],
        ),
    ];
    for (what, bytes, expected) in cases {
        let answers = raw(&address, &bytes, expected.len()).await.expect(what);
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        if what.starts_with("length and chunks") && statuses == [400] {
            continue;
        }
        assert_eq!(statuses, expected, "{what}: {:?}", answers.last().map(tests::wire::Answer::text));
    }
    // Breaking off in the middle of everything.
    for cut in [
        "",
        "G",
        "GET /healthz",
        "GET /healthz HTTP/1.1\r\nho",
        "POST /api/v1/tickets HTTP/1.1\r\ncontent-length: 9\r\n\r\n{",
    ] {
        let stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        let mut stream = stream;
        tokio::io::AsyncWriteExt::write_all(&mut stream, cut.as_bytes()).await.unwrap();
    }
    let cut = format!("{issue}content-length: 15\r\n\r\n{{\"service\":\"S\"");
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, cut.as_bytes()).await.unwrap();
    drop(stream);
    assert_eq!(hall.state().await, before);
    hall.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_heads_are_cut_off_and_hold_nobody_up() {
    let mut hall = Hall::new().await;
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = tokio::net::TcpStream::connect(&hall.stage.address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET /healthz HTTP/1.1\r\nx: ").await.unwrap();
        slow.push(stream);
    }
    let before = hall.state().await;
    for mut stream in slow {
        let mut rest = Vec::new();
        let end = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest);
        let ended = tests::wait::within("the end of a slow head", std::time::Duration::from_secs(20), end).await;
        assert!(ended.is_ok(), "a head may take as long as it likes");
    }
    // A connection that is kept without a request has ended as well.
    hall.client = hall.stage.client();
    assert_eq!(hall.state().await, before);
    hall.end();
}
