//! Keys for the API: their hashes, never they themselves.
//!
//! What a key may do is a text to this room. Invariant: a dump of the database opens nothing.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;
use utoipa::ToSchema;

use super::actor::{Actor, line};
use super::audit::Event;
use super::error::ControlError;
use super::ids::{is_id, new_id};
use super::transaction::{Turn, again};
use super::{Control, Sql};
use crate::resource::{Name, Place};

/// The date of last use is no finer than this.
const USE_GRAIN: i64 = 60_000;
const COLUMNS: &str = "id, account, label, prefix, last_four, grants, created_ms, created_by, expires_ms, \
                       last_used_ms, revoked_ms";

/// A key, without its secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyRecord {
    /// Its id.
    pub id: String,
    /// The account it belongs to; the whole server when it has none.
    pub account: Option<Name>,
    /// What people call it.
    pub label: String,
    /// How its secret begins.
    pub prefix: String,
    /// How its secret ends.
    pub last_four: String,
    /// What it may do.
    #[schema(value_type = Vec<Object>)]
    pub grants: Value,
    /// When it was made.
    pub created_ms: i64,
    /// By whom.
    pub created_by: String,
    /// When it stops to hold.
    pub expires_ms: Option<i64>,
    /// When it was last used, to the minute.
    pub last_used_ms: Option<i64>,
    /// When it was revoked.
    pub revoked_ms: Option<i64>,
}

/// A key on its way into the database.
#[derive(Clone, PartialEq)]
pub struct NewKey {
    /// The account it belongs to; the whole server when it has none.
    pub account: Option<Name>,
    /// What people call it.
    pub label: String,
    /// SHA-256 of the whole secret, hexadecimal.
    pub hash: String,
    /// How the secret begins.
    pub prefix: String,
    /// How the secret ends.
    pub last_four: String,
    /// What it may do.
    pub grants: Value,
    /// When it stops to hold.
    pub expires_ms: Option<i64>,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewKey")
            .field("label", &self.label)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl Control {
    /// Keeps a new key.
    pub async fn add_key(&self, key: &NewKey, actor: &Actor) -> Result<KeyRecord, ControlError> {
        again(|| self.add_key_once(key, actor)).await
    }

    async fn add_key_once(&self, key: &NewKey, actor: &Actor) -> Result<KeyRecord, ControlError> {
        let mut turn = self.turn().await?;
        if let Some(earlier) = turn.earlier(actor).await? {
            return Ok(earlier);
        }
        if let Some(account) = key.account.clone().map(Place::Account)
            && turn.resource(&account).await?.is_none()
        {
            return Err(ControlError::no_place(&account));
        }
        let record = KeyRecord {
            id: new_id(actor.now_ms)?,
            account: key.account.clone(),
            label: line(&key.label),
            prefix: key.prefix.clone(),
            last_four: key.last_four.clone(),
            grants: key.grants.clone(),
            created_ms: actor.now_ms,
            created_by: line(&actor.name),
            expires_ms: key.expires_ms,
            last_used_ms: None,
            revoked_ms: None,
        };
        turn.insert_key(&record, &key.hash).await?;
        turn.record_key(actor, "key.create", &record).await?;
        turn.remember(actor, &record).await?;
        turn.commit(record).await
    }

    /// Revokes a key; once is enough.
    pub async fn revoke_key(&self, id: &str, actor: &Actor) -> Result<KeyRecord, ControlError> {
        again(|| async {
            let mut turn = self.turn().await?;
            let sql = format!("SELECT {COLUMNS} FROM key WHERE id = $1");
            let row = turn.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_owned())).await?;
            let row = row.ok_or_else(|| ControlError::missing("key", line(id)))?;
            let mut record = KeyRecord::of_row(&row)?;
            if record.revoked_ms.is_some() {
                return Ok(record);
            }
            record.revoked_ms = Some(actor.now_ms);
            let revoke: Sql = "UPDATE key SET revoked_ms = $2 WHERE id = $1";
            turn.execute(sqlx::query(revoke).bind(id.to_owned()).bind(actor.now_ms)).await?;
            turn.record_key(actor, "key.revoke", &record).await?;
            turn.commit(record).await
        })
        .await
    }

    /// The key whose secret has this hash, also when it holds no more.
    pub async fn key_by_hash(&self, hash: &str) -> Result<Option<KeyRecord>, ControlError> {
        let sql = format!("SELECT {COLUMNS} FROM key WHERE hash = $1");
        let row = self.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(hash.to_owned())).await?;
        row.as_ref().map(KeyRecord::of_row).transpose()
    }

    /// A key, if there is one with this id.
    pub async fn key(&self, id: &str) -> Result<Option<KeyRecord>, ControlError> {
        if !is_id(id) {
            return Ok(None);
        }
        let sql = format!("SELECT {COLUMNS} FROM key WHERE id = $1");
        let row = self.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_owned())).await?;
        row.as_ref().map(KeyRecord::of_row).transpose()
    }

    /// Keys of an account, or all keys, newest first: at most `limit` before the id `before`.
    pub async fn keys(
        &self,
        account: Option<&Name>,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<KeyRecord>, ControlError> {
        let (account, filter) = match account {
            Some(account) => (account.to_string(), "account = $3"),
            None => (String::new(), "$3 = ''"),
        };
        let sql = format!("SELECT {COLUMNS} FROM key WHERE id < $1 AND {filter} ORDER BY id DESC LIMIT $2");
        // `g` comes after every id.
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(before.unwrap_or("g").to_owned());
        let rows = self.all(query.bind(i64::from(limit)).bind(account)).await?;
        rows.iter().map(KeyRecord::of_row).collect()
    }

    /// Notes that a key was used; at most once a minute is it written.
    pub async fn touch_key(&self, key: &KeyRecord, now_ms: i64) -> Result<(), ControlError> {
        // A statement that changes nothing waits for writers all the same, and there is no need that this one waits.
        if key.last_used_ms.is_some_and(|last| last > now_ms - USE_GRAIN) {
            return Ok(());
        }
        let Ok(_queue) = self.inner.writers.try_lock() else { return Ok(()) };
        let touch: Sql = "UPDATE key SET last_used_ms = $2 WHERE id = $1 AND COALESCE(last_used_ms, 0) <= $3 \
            RETURNING id";
        let touch = sqlx::query(touch).bind(key.id.clone()).bind(now_ms).bind(now_ms - USE_GRAIN);
        self.one(touch).await.map(drop)
    }
}

impl Turn {
    async fn insert_key(&mut self, key: &KeyRecord, hash: &str) -> Result<(), ControlError> {
        let insert: Sql = "INSERT INTO key \
            (id, account, label, hash, prefix, last_four, grants, created_ms, created_by, expires_ms) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let insert = sqlx::query(insert).bind(key.id.clone()).bind(key.account.as_ref().map(Name::to_string));
        let insert = insert.bind(key.label.clone()).bind(hash.to_owned()).bind(key.prefix.clone());
        let insert = insert.bind(key.last_four.clone()).bind(key.grants.to_string()).bind(key.created_ms);
        self.execute(insert.bind(key.created_by.clone()).bind(key.expires_ms)).await.map(drop)
    }

    async fn record_key(
        &mut self,
        actor: &Actor,
        action: &'static str,
        key: &KeyRecord,
    ) -> Result<(), ControlError> {
        let place = key.account.clone().map(Place::Account);
        let detail =
            json!({ "key": key.id, "label": key.label, "grants": key.grants, "expiresMs": key.expires_ms });
        self.record(actor, Event { action, place: place.as_ref(), outcome: "done", detail }).await
    }
}

impl KeyRecord {
    fn of_row(row: &AnyRow) -> Result<Self, ControlError> {
        let id: String = row.try_get(0)?;
        let wrong = |what: &str| ControlError::corrupt(format!("key `{id}` has an unreadable {what}"));
        let (account, grants): (Option<String>, String) = (row.try_get(1)?, row.try_get(5)?);
        Ok(Self {
            account: account.map(|name| name.parse()).transpose().map_err(|_| wrong("account"))?,
            label: row.try_get(2)?,
            prefix: row.try_get(3)?,
            last_four: row.try_get(4)?,
            grants: serde_json::from_str(&grants).map_err(|_| wrong("list of grants"))?,
            created_ms: row.try_get(6)?,
            created_by: row.try_get(7)?,
            expires_ms: row.try_get(8)?,
            last_used_ms: row.try_get(9)?,
            revoked_ms: row.try_get(10)?,
            id,
        })
    }
}
