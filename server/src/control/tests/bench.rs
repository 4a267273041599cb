//! A database for one test: a file, or a schema of a PostgreSQL that was asked for.

use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AnyConnection, Connection, Executor};
use tempfile::TempDir;

use crate::control::faults::Lasting;
use crate::control::{Control, DatabaseUrl};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// A database that goes with this value.
pub(crate) struct Bench {
    control: Option<Control>,
    pub(super) address: DatabaseUrl,
    own: Own,
}

enum Own {
    File(TempDir),
    Schema { server: String, schema: String },
}

impl Bench {
    pub(crate) async fn open() -> Self {
        let mut bench = Self::empty().await;
        bench.control = Some(bench.another().await);
        bench
    }

    /// A file, whichever database was asked for.
    pub(crate) async fn file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = DatabaseUrl::file(&folder.path().join("control.db")).unwrap();
        let mut bench = Self { control: None, address, own: Own::File(folder) };
        bench.control = Some(bench.another().await);
        bench
    }

    /// The same, not opened yet and without tables.
    pub(super) async fn empty() -> Self {
        let (address, own) = match std::env::var("COOKSHELF_TEST_POSTGRES") {
            Ok(server) if !server.is_empty() => schema(server).await,
            _ => {
                let folder = tempfile::tempdir().unwrap();
                (DatabaseUrl::file(&folder.path().join("control.db")).unwrap(), Own::File(folder))
            }
        };
        Self { control: None, address, own }
    }

    /// A second replica on the same database.
    pub(super) async fn another(&self) -> Control {
        Control::open(&self.address).await.unwrap()
    }

    /// Its address, for another process.
    pub(crate) fn named(&self) -> String {
        self.address.url().to_string()
    }

    /// Lets an operation of the database fail, or this process with it.
    pub(crate) fn fail_at(control: &Control, nth: u32, lasting: Lasting) {
        control.inner.faults.arm(nth, lasting);
    }

    /// Lets nothing fail any more; how many operations there were.
    pub(crate) fn mend(control: &Control) -> usize {
        control.inner.faults.disarm().len()
    }

    /// The server, without the schema of this test; nothing for a file.
    pub(super) fn server(&self) -> Option<&str> {
        if let Own::Schema { server, .. } = &self.own { Some(server) } else { None }
    }

    /// A connection of somebody else, who keeps to none of our rules.
    pub(super) async fn stranger(&self) -> AnyConnection {
        AnyConnection::connect(self.address.url().as_str()).await.unwrap()
    }

    /// The folder of the file; nothing for PostgreSQL.
    pub(super) fn folder(&self) -> Option<&std::path::Path> {
        if let Own::File(folder) = &self.own { Some(folder.path()) } else { None }
    }
}

async fn schema(server: String) -> (DatabaseUrl, Own) {
    let schema = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    run(&server, format!("CREATE SCHEMA {schema}")).await;
    let mut url: url::Url = server.parse().unwrap();
    url.query_pairs_mut().append_pair("options[search_path]", &schema);
    (url.as_str().parse().unwrap(), Own::Schema { server, schema })
}

async fn run(server: &str, sql: String) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(server).await.unwrap();
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await.unwrap();
    connection.close().await.unwrap();
}

impl Deref for Bench {
    type Target = Control;

    fn deref(&self) -> &Control {
        self.control.as_ref().expect("an empty bench is only opened by others")
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let Own::Schema { server, schema } = &self.own else { return };
        let (server, sql) = (server.clone(), format!("DROP SCHEMA {schema} CASCADE"));
        // A runtime of its own, because this one is busy with the test.
        let gone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(&server, sql));
        });
        // A test that fails has more to say than this.
        let _ = gone.join();
    }
}
