//! Which artifacts nobody needs any more, since when, and which of them are being deleted at this moment.
//!
//! Names are texts to this room. Three moves, each in a turn: a name is *marked* until no manifest that could name it is
//! valid; when that is over it is *condemned*; when its files are gone it is *forgotten*. Whoever is about to store a name
//! says so first (`need`), which takes the mark off, and so does publishing. Invariant: a name is condemned only while nobody has said
//! that it is needed since its mark was made, and nobody is told that it may be used while it is condemned.

use rustc_hash::FxHashSet;
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::actor::Actor;
use super::error::ControlError;
use super::transaction::{Turn, again};
use super::{Control, Sql};
use crate::resource::Name;

/// Names of one turn: others wait for it.
const AT_ONCE: usize = 300;
/// Caches may serve a manifest this long after it was replaced, however short it is valid.
pub const OFFERED_MS: i64 = 8 * 86_400_000;
/// Who condemned a name deletes its files within this time, or leaves them.
pub const DELETED_WITHIN_MS: i64 = 5 * 60_000;
/// After this another may delete them; clocks of servers differ by less than the rest.
const TAKEN_OVER_MS: i64 = DELETED_WITHIN_MS + 10 * 60_000;

/// A name that no kept model needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unneeded {
    /// The artifact, as its account knows it.
    pub name: String,
    /// It stays until then.
    pub until_ms: i64,
    /// Since when somebody deletes it.
    pub going_ms: Option<i64>,
}

const MARKED: Sql = "SELECT name, until_ms, going_ms FROM unneeded WHERE account = $1 ORDER BY name";

impl Unneeded {
    fn of_row(row: &AnyRow) -> Result<Self, ControlError> {
        Ok(Self { name: row.try_get(0)?, until_ms: row.try_get(1)?, going_ms: row.try_get(2)? })
    }

    /// Whether its files may be deleted now.
    pub fn is_ripe(&self, now_ms: i64) -> bool {
        match self.going_ms {
            None => self.until_ms <= now_ms,
            Some(going_ms) => going_ms <= now_ms - TAKEN_OVER_MS,
        }
    }
}

impl Control {
    /// Accounts in which something was ever done; those of another database in the same store are not among them.
    pub async fn accounts_ever(&self) -> Result<Vec<Name>, ControlError> {
        let sql: Sql = "SELECT DISTINCT account FROM audit WHERE account IS NOT NULL AND outcome = 'done' \
            ORDER BY account";
        let account = |row: &AnyRow| {
            let text: String = row.try_get(0)?;
            text.parse().map_err(|_| ControlError::corrupt(format!("`{text}` is no account")))
        };
        self.all(sqlx::query(sql)).await?.iter().map(account).collect()
    }

    /// Id and entry of every model of an account that is kept.
    pub async fn kept_models(&self, account: &Name) -> Result<Vec<(String, Value)>, ControlError> {
        let sql: Sql = "SELECT model.id, model.entry FROM model JOIN resource ON resource.place = model.place \
            WHERE resource.account = $1 AND model.state = 'kept' ORDER BY model.id";
        let model = |row: &AnyRow| {
            let (id, entry): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let entry = serde_json::from_str(&entry);
            let wrong = |_| ControlError::corrupt(format!("model `{id}` has an unreadable entry"));
            Ok((id.clone(), entry.map_err(wrong)?))
        };
        self.all(sqlx::query(sql).bind(account.to_string())).await?.iter().map(model).collect()
    }

    /// What is marked in an account.
    pub async fn unneeded(&self, account: &Name) -> Result<Vec<Unneeded>, ControlError> {
        let rows = self.all(sqlx::query(MARKED).bind(account.to_string())).await?;
        rows.iter().map(Unneeded::of_row).collect()
    }

    /// Marks names that nobody needs; each stays while a manifest that could name it is valid.
    pub async fn mark(&self, account: &Name, names: &[String], now_ms: i64) -> Result<(), ControlError> {
        for some in names.chunks(AT_ONCE) {
            again(|| async {
                let mut turn = self.turn().await?;
                let find = sqlx::query("SELECT until_ms FROM offer WHERE account = $1");
                let offer = turn.one(find.bind(account.to_string())).await?;
                let offered = offer.map_or(Ok(0), |row| row.try_get::<i64, _>(0))?;
                let until_ms = offered.max(now_ms.saturating_add(OFFERED_MS));
                for name in some {
                    let mark: Sql = "INSERT INTO unneeded (account, name, until_ms) VALUES ($1, $2, $3) \
                        ON CONFLICT (account, name) DO NOTHING";
                    let mark = sqlx::query(mark).bind(account.to_string()).bind(name.clone());
                    turn.execute(mark.bind(until_ms)).await?;
                }
                turn.commit(()).await
            })
            .await?;
        }
        Ok(())
    }

    /// Takes the marks off names that somebody is about to store, or that turned out to be needed. False when one of them
    /// is being deleted: nobody may count on it before that is over.
    pub async fn need(&self, account: &Name, names: &[String]) -> Result<bool, ControlError> {
        let wanted: FxHashSet<&str> = names.iter().map(String::as_str).collect();
        // Most of the time there is nothing to do, and nobody has to wait for that.
        if !self.unneeded(account).await?.iter().any(|known| wanted.contains(known.name.as_str())) {
            return Ok(true);
        }
        again(|| async {
            let mut turn = self.turn().await?;
            let free = turn.take_marks_off(account, names).await?;
            if free { turn.commit(true).await } else { Ok(false) }
        })
        .await
    }

    /// Condemns those of these names whose time has come; their files are to be deleted by the caller, at once.
    pub async fn condemn(
        &self,
        account: &Name,
        names: &[String],
        actor: &Actor,
    ) -> Result<Vec<String>, ControlError> {
        let mut all = Vec::new();
        for some in names.chunks(AT_ONCE) {
            let condemned = again(|| async {
                let mut turn = self.turn().await?;
                let mut condemned = Vec::new();
                for name in some {
                    let condemn: Sql = "UPDATE unneeded SET going_ms = $3 WHERE account = $1 AND name = $2 \
                        AND until_ms <= $3 AND (going_ms IS NULL OR going_ms <= $4)";
                    let condemn = sqlx::query(condemn).bind(account.to_string()).bind(name.clone());
                    let condemn = condemn.bind(actor.now_ms).bind(actor.now_ms - TAKEN_OVER_MS);
                    if turn.execute(condemn).await? == 1 {
                        condemned.push(name.clone());
                    }
                }
                if !condemned.is_empty() {
                    let detail = json!({ "artifacts": condemned.len(), "first": condemned[0] });
                    let place = crate::resource::Place::Account(account.clone());
                    turn.done(actor, "artifacts.delete", Some(&place), detail).await?;
                }
                turn.commit(condemned).await
            })
            .await?;
            all.extend(condemned);
        }
        Ok(all)
    }

    /// Forgets names that were condemned by `actor` at its moment, and whose files are gone.
    pub async fn forget_unneeded(
        &self,
        account: &Name,
        names: &[String],
        actor: &Actor,
    ) -> Result<(), ControlError> {
        for some in names.chunks(AT_ONCE) {
            again(|| async {
                let mut turn = self.turn().await?;
                for name in some {
                    let forget: Sql =
                        "DELETE FROM unneeded WHERE account = $1 AND name = $2 AND going_ms = $3";
                    let forget = sqlx::query(forget).bind(account.to_string()).bind(name.clone());
                    turn.execute(forget.bind(actor.now_ms)).await?;
                }
                turn.commit(()).await
            })
            .await?;
        }
        Ok(())
    }
}

impl Turn {
    /// Takes the marks off these names; false when one of them is being deleted, and then the turn is not to be kept.
    pub(super) async fn take_marks_off(
        &mut self,
        account: &Name,
        names: &[String],
    ) -> Result<bool, ControlError> {
        let wanted: FxHashSet<&str> = names.iter().map(String::as_str).collect();
        let marked = self.all(sqlx::query(MARKED).bind(account.to_string())).await?;
        for row in &marked {
            let known = Unneeded::of_row(row)?;
            match (wanted.contains(known.name.as_str()), known.going_ms) {
                (false, _) => {}
                (true, Some(_)) => return Ok(false),
                (true, None) => {
                    let unmark: Sql = "DELETE FROM unneeded WHERE account = $1 AND name = $2";
                    self.execute(sqlx::query(unmark).bind(account.to_string()).bind(known.name)).await?;
                }
            }
        }
        Ok(true)
    }

    /// Writes down until when a manifest that is made now may be believed.
    pub(super) async fn offer_until(&mut self, account: &Name, until_ms: i64) -> Result<(), ControlError> {
        let later: Sql = "INSERT INTO offer (account, until_ms) VALUES ($1, $2) ON CONFLICT (account) \
            DO UPDATE SET until_ms = CASE WHEN excluded.until_ms > offer.until_ms \
            THEN excluded.until_ms ELSE offer.until_ms END";
        self.execute(sqlx::query(later).bind(account.to_string()).bind(until_ms)).await.map(drop)
    }
}
