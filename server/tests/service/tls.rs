//! A server under TLS: whole answers, and another certificate without an end to what is open.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use reqwest::{Certificate, Client, Method};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::running::Running;

/// A certificate of its own, written where the server looks; gives what a client trusts.
fn certificate(folder: &Path) -> Certificate {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    fs::write(folder.join("certificate.pem"), cert.pem()).unwrap();
    Certificate::from_pem(cert.pem().as_bytes()).unwrap()
}

fn client(trusts: &Certificate) -> Client {
    Client::builder()
        .add_root_certificate(trusts.clone())
        .tls_built_in_root_certs(false)
        .timeout(Duration::from_secs(10))
        .build()
        .unwrap()
}

async fn status(client: &Client, url: &str) -> Option<u16> {
    client.get(url).send().await.ok().map(|answer| answer.status().as_u16())
}

#[test]
fn answers_are_whole_and_a_new_certificate_is_taken_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let first = certificate(folder.path());
    let path = |name: &str| folder.path().join(name).display().to_string();
    let files = format!("tls_certificate = '{}'\ntls_key = '{}'\n", path("certificate.pem"), path("key.pem"));
    let server = Running::start_set(&files);
    assert!(server.url.starts_with("https://"), "{}", server.url);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let open = client(&first);
        let page = open.get(format!("{}/openapi.json", server.url)).send().await.unwrap();
        let length = page.content_length().unwrap();
        assert!(length > 20_000 && page.bytes().await.unwrap().len() as u64 == length);
        let missing = format!("{}/e/acme/none/manifest.json", server.url);
        assert_eq!(status(&open, &missing).await, Some(404));
        let plain = server.url.replace("https://", "http://");
        assert_eq!(status(&Client::new(), &plain).await, None, "nothing is answered in clear");

        cooked(&open, &server).await;

        // Half a change, as a renewal that writes one file after the other: the old one goes on.
        fs::write(folder.path().join("key.pem"), "no key").unwrap();
        for _ in 0..100 {
            if server.lines().iter().any(|line| line.contains("the certificate from before goes on")) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert!(server.lines().iter().any(|line| line.contains("key.pem")), "{:?}", server.lines());
        assert_eq!(status(&client(&first), &missing).await, Some(404));

        let second = certificate(folder.path());
        let mut taken = false;
        for _ in 0..100 {
            // A new client makes a new connection.
            taken = status(&client(&second), &missing).await == Some(404);
            if taken {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        assert!(taken, "{:?}", server.lines());
        assert_eq!(status(&client(&first), &missing).await, None, "the first certificate is gone");
        assert_eq!(status(&open, &missing).await, Some(404), "what was open stays open");
    });
}

/// A shop is cooked and released, and its largest file comes whole.
async fn cooked(client: &Client, server: &Running) {
    let source = crate::running::shop(server.folder.path());
    let ask = async |method, path: &str, body: String| {
        let request = client.request(method, format!("{}{path}", server.url)).bearer_auth(&server.key);
        request.body(body).send().await.unwrap().error_for_status().unwrap().text().await.unwrap()
    };
    let spec = json!({ "source": source }).to_string();
    for (path, spec) in [
        ("/v1/accounts/acme", "{}"),
        ("/v1/accounts/acme/modelings/shop", &spec),
        ("/v1/accounts/acme/endpoints/web", r#"{"modelings":["shop"]}"#),
    ] {
        ask(Method::PUT, path, spec.to_owned()).await;
    }
    ask(Method::POST, "/v1/accounts/acme/modelings/shop/cooks", String::new()).await;
    let manifest = format!("{}/e/acme/web/manifest.json", server.url);
    for _ in 0..300 {
        if status(client, &manifest).await == Some(200) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let envelope: Value =
        serde_json::from_str(&client.get(&manifest).send().await.unwrap().text().await.unwrap()).unwrap();
    let payload: Value = serde_json::from_str(envelope["payload"].as_str().unwrap()).unwrap();
    let ids = &payload["models"][0]["ids"];
    let blob = format!("{}/e/acme/web/b/1/{}", server.url, ids["hash"].as_str().unwrap());
    let blob = client.get(blob).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(blob.len() as u64, ids["size"].as_u64().unwrap());
    // More than TLS sends in one piece, and more than a connection takes at once.
    let large: Vec<u8> =
        (0..3_000_000_u32).flat_map(|at| at.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let name: String = Sha256::digest(&large)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(server.folder.path().join("data/artifacts/accounts/acme/b/1").join(&name), &large).unwrap();
    let blob = client.get(format!("{}/e/acme/web/b/1/{name}", server.url)).send().await.unwrap();
    assert!(blob.bytes().await.unwrap() == large, "a large blob comes whole");
}

#[test]
fn a_certificate_that_cannot_be_used_is_told_before_anything_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let _ = certificate(folder.path());
    let init = crate::running::program().arg("init").arg(folder.path().join("data")).output().unwrap();
    assert!(init.status.success(), "{}", String::from_utf8_lossy(&init.stderr));
    let serve = |certificate: &str, key: Option<&str>| {
        let mut command = crate::running::program();
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder.path().join("data"));
        command.env("COOKSHELF_SERVER_TLS_CERTIFICATE", folder.path().join(certificate));
        if let Some(key) = key {
            command.env("COOKSHELF_SERVER_TLS_KEY", folder.path().join(key));
        }
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    for (certificate, key, words) in [
        ("certificate.pem", None, "tls_key"),
        ("missing.pem", Some("key.pem"), "missing.pem: it is no certificate in PEM"),
        ("certificate.pem", Some("certificate.pem"), "it is no private key in PEM"),
    ] {
        let (fine, said) = serve(certificate, key);
        assert!(!fine && said.contains(words), "{said}");
    }
}
