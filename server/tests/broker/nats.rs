//! A real broker for a test: started in a folder of its own, killed without a warning, started again on the same port.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::{self, Context, stream};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The broker's program, which `cargo xtask test` says.
const PROGRAM: &str = "COOKSHELF_TEST_NATS";

pub(crate) struct Nats {
    folder: TempDir,
    port: u16,
    child: Child,
    runtime: Runtime,
    context: Context,
}

impl Nats {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = run(&folder, port);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let context = runtime.block_on(async { jetstream::new(connect(port).await) });
        Self { folder, port, child, runtime, context }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Stops it at once, and starts it again with what it had on its disk.
    pub(crate) fn kill_and_start(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = run(&self.folder, self.port);
    }

    pub(crate) fn make_stream(&self, name: &str, subjects: &str) {
        let config = stream::Config {
            name: name.to_owned(),
            subjects: vec![subjects.to_owned()],
            ..Default::default()
        };
        again(&self.runtime, || async { self.context.create_stream(config.clone()).await.is_ok() });
    }

    /// Publishes until the broker says that it has the message, as a shop would.
    pub(crate) fn publish(&self, subject: &str, id: Option<&str>, text: &str) {
        again(&self.runtime, || async {
            let mut headers = async_nats::HeaderMap::new();
            if let Some(id) = id {
                headers.insert("Nats-Msg-Id", id);
            }
            let sent =
                self.context.publish_with_headers(subject.to_owned(), headers, text.to_owned().into()).await;
            match sent {
                Ok(said) => said.await.is_ok(),
                Err(_) => false,
            }
        });
    }

    /// Messages that a consumer has not answered; nothing while it cannot be asked.
    pub(crate) fn unanswered(&self, stream: &str, consumer: &str) -> Option<u64> {
        self.runtime.block_on(async {
            let consumer: PullConsumer =
                self.context.get_consumer_from_stream(consumer, stream).await.ok()?;
            let info = consumer.cached_info();
            Some(info.num_pending + info.num_ack_pending as u64)
        })
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(folder: &TempDir, port: u16) -> Child {
    let program = std::env::var(PROGRAM).expect("`cargo xtask test --only broker` says where the broker is");
    let mut command = Command::new(program);
    command.args(["--jetstream", "--addr", "127.0.0.1", "--port", &port.to_string(), "--store_dir"]);
    command.arg(folder.path()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

async fn connect(port: u16) -> async_nats::Client {
    let options = async_nats::ConnectOptions::new().retry_on_initial_connect();
    let options = options.reconnect_delay_callback(|_| Duration::from_millis(100));
    options.connect(format!("nats://127.0.0.1:{port}")).await.unwrap()
}

fn again<F: Future<Output = bool>>(runtime: &Runtime, attempt: impl Fn() -> F) {
    let began = std::time::Instant::now();
    while !runtime.block_on(attempt()) {
        assert!(began.elapsed().as_secs() < 60, "the broker does not answer");
        std::thread::sleep(Duration::from_millis(100));
    }
}
