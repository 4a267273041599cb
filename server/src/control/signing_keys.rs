//! Keys that sign manifests: their ids, public halves and states. Secrets are derived elsewhere and never stored.
//!
//! Invariant: an endpoint has at most one current key and one next key.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::Row;
use sqlx::any::AnyRow;
use utoipa::ToSchema;

use super::actor::Actor;
use super::error::ControlError;
use super::transaction::{Turn, again};
use super::{Control, Sql};
use crate::resource::{Kind, Place};

/// The public half of a key that signs manifests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SigningKey {
    /// Its id, which manifests name.
    pub id: String,
    /// Ed25519, base64.
    pub public: String,
    /// What it is for.
    pub state: SigningKeyState,
    /// When it was made.
    pub created_ms: i64,
}

/// What a signing key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SigningKeyState {
    /// Made known, so that browsers trust it when its time comes.
    Next,
    /// Signs.
    Current,
    /// Signs no more.
    Retired,
}

/// A signing key on its way into the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSigningKey {
    /// Its id.
    pub id: String,
    /// Ed25519, base64.
    pub public: String,
}

impl SigningKeyState {
    fn word(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Retired => "retired",
        }
    }
}

impl Control {
    /// The signing keys of an endpoint, oldest first.
    pub async fn signing_keys(&self, of: &Place) -> Result<Vec<SigningKey>, ControlError> {
        self.all(select(of)).await?.iter().map(SigningKey::of_row).collect()
    }

    /// Turns an endpoint's keys over: the current one retires, the next one becomes current, and `next` becomes next.
    /// An endpoint without keys takes `first` as its current one.
    pub async fn turn_keys(
        &self,
        of: &Place,
        first: &NewSigningKey,
        next: &NewSigningKey,
        actor: &Actor,
    ) -> Result<Vec<SigningKey>, ControlError> {
        again(|| self.turn_keys_once(of, first, next, actor)).await
    }

    async fn turn_keys_once(
        &self,
        of: &Place,
        first: &NewSigningKey,
        next: &NewSigningKey,
        actor: &Actor,
    ) -> Result<Vec<SigningKey>, ControlError> {
        let mut turn = self.turn().await?;
        if let Some(earlier) = turn.earlier(actor).await? {
            return Ok(earlier);
        }
        if of.kind() != Kind::Endpoint || turn.resource(of).await?.is_none() {
            return Err(ControlError::missing("endpoint", of.to_string()));
        }
        let before = turn.signing_keys(of).await?;
        let with = |state| before.iter().find(move |key| key.state == state);
        if let Some(current) = with(SigningKeyState::Current) {
            turn.set_state(current, SigningKeyState::Retired).await?;
        }
        match with(SigningKeyState::Next) {
            Some(key) => turn.set_state(key, SigningKeyState::Current).await?,
            None => turn.insert_signing_key(of, first, SigningKeyState::Current, actor.now_ms).await?,
        }
        turn.insert_signing_key(of, next, SigningKeyState::Next, actor.now_ms).await?;
        let keys = turn.signing_keys(of).await?;
        let detail = json!({ "keys": keys.iter().map(|key| (&key.id, key.state)).collect::<Vec<_>>() });
        turn.done(actor, "keys.turn", Some(of), detail).await?;
        turn.remember(actor, &keys).await?;
        turn.commit(keys).await
    }
}

impl Turn {
    pub(super) async fn signing_keys(&mut self, of: &Place) -> Result<Vec<SigningKey>, ControlError> {
        self.all(select(of)).await?.iter().map(SigningKey::of_row).collect()
    }

    async fn set_state(&mut self, key: &SigningKey, state: SigningKeyState) -> Result<(), ControlError> {
        let update: Sql = "UPDATE signing_key SET state = $2 WHERE id = $1";
        self.execute(sqlx::query(update).bind(key.id.clone()).bind(state.word())).await.map(drop)
    }

    async fn insert_signing_key(
        &mut self,
        of: &Place,
        key: &NewSigningKey,
        state: SigningKeyState,
        now_ms: i64,
    ) -> Result<(), ControlError> {
        let insert: Sql =
            "INSERT INTO signing_key (id, place, public, state, created_ms) VALUES ($1, $2, $3, $4, $5)";
        let insert = sqlx::query(insert).bind(key.id.clone()).bind(of.to_string()).bind(key.public.clone());
        self.execute(insert.bind(state.word()).bind(now_ms)).await.map(drop)
    }
}

fn select(of: &Place) -> super::transaction::Statement {
    let sql: Sql =
        "SELECT id, public, state, created_ms FROM signing_key WHERE place = $1 ORDER BY created_ms, id";
    sqlx::query(sql).bind(of.to_string())
}

impl SigningKey {
    fn of_row(row: &AnyRow) -> Result<Self, ControlError> {
        let id: String = row.try_get(0)?;
        let word: String = row.try_get(2)?;
        let states = [SigningKeyState::Next, SigningKeyState::Current, SigningKeyState::Retired];
        let state = states.into_iter().find(|state| state.word() == word);
        Ok(Self {
            public: row.try_get(1)?,
            state: state
                .ok_or_else(|| ControlError::corrupt(format!("signing key `{id}` has an unknown state")))?,
            created_ms: row.try_get(3)?,
            id,
        })
    }
}
