//! Releases: what each endpoint offers, one after the other.

use super::actor::Actor;
use super::error::ControlError;
use super::transaction::Turn;
use crate::resource::Place;

impl Turn {
    /// Leaves word that an endpoint is gone.
    pub(super) async fn end_releases(&mut self, place: &Place, actor: &Actor) -> Result<(), ControlError> {
        let text = place.to_string();
        let next: super::Sql = "INSERT INTO release (place, sequence, state, created_ms, actor, change) \
            SELECT $1, MAX(sequence) + 1, '{}', $2, $3, (SELECT MAX(change) + 1 FROM release) \
            FROM release WHERE place = $1 HAVING MAX(sequence) IS NOT NULL";
        let next = sqlx::query(next).bind(text.clone()).bind(actor.now_ms).bind(actor.name.clone());
        self.execute(next).await?;
        let old: super::Sql = "DELETE FROM release WHERE place = $1 AND envelope IS NOT NULL";
        self.execute(sqlx::query(old).bind(text)).await.map(drop)
    }
}
