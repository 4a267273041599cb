//! Where the columns of an entity are in this folder, and of which type.
//!
//! Brings the built-in columns (`schema`) and the folder's `model.json` together; the folder wins.
//! It reads no rows. Every column of the schema has one slot, at its place in the schema.

use super::schema::{Entity, Kind, Naming, Need};

use super::model_json::{Attribute, ModelEntity};

/// The columns of one entity as its files have them.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) entity: &'static Entity,
    pub(super) slots: Vec<Slot>,
    /// Names in the order of the files.
    pub(super) order: Vec<String>,
    pub(super) notes: Vec<String>,
}

/// One column of the schema.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// Place in a row, or `None` when the folder has no such column.
    pub(super) at: Option<usize>,
    pub(super) declared: Declared,
    pub(super) mandatory: bool,
    /// What the folder calls it.
    pub(super) name: String,
}

/// The type that a folder declares for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    Text,
    Whole,
    Number,
    Moment,
    Truth,
    Guid,
}

impl Declared {
    fn of_kind(kind: Kind) -> Self {
        match kind {
            Kind::Id | Kind::ImageId | Kind::Text(_) => Declared::Text,
            Kind::Moment => Declared::Moment,
            Kind::Number => Declared::Number,
            Kind::Whole => Declared::Whole,
            Kind::Truth => Declared::Truth,
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "string" | "json" => Declared::Text,
            "int64" | "int32" | "integer" => Declared::Whole,
            "double" | "decimal" | "float" => Declared::Number,
            "datetime" | "datetimeoffset" | "date" => Declared::Moment,
            "boolean" | "bool" => Declared::Truth,
            "guid" => Declared::Guid,
            _ => return None,
        })
    }
}

/// The built-in order and types.
pub(super) fn built_in(entity: &'static Entity) -> Layout {
    let slot = |(at, column): (usize, &super::schema::Column)| Slot {
        at: Some(at),
        declared: Declared::of_kind(column.kind),
        mandatory: column.need == Need::Always,
        name: column.name.to_owned(),
    };
    let slots: Vec<_> = entity.columns.iter().enumerate().map(slot).collect();
    let order = slots.iter().map(|slot| slot.name.clone()).collect();
    Layout { entity, slots, order, notes: Vec::new() }
}

/// The order and types of `model.json`; the name of a missing column when rows mean nothing without it.
pub(super) fn described(entity: &'static Entity, model: &ModelEntity) -> Result<Layout, &'static str> {
    let attributes = model.attributes();
    let mut layout = built_in(entity);
    layout.order = attributes.iter().map(|attribute| attribute.name.clone()).collect();
    let mut used = vec![false; attributes.len()];
    for (slot, column) in layout.slots.iter_mut().zip(entity.columns) {
        let named = |attribute: &Attribute| attribute.name.eq_ignore_ascii_case(column.name);
        slot.at = attributes.iter().position(named);
        if let Some(at) = slot.at {
            used[at] = true;
        }
    }
    place_free_columns(&mut layout, attributes, &mut used);
    let repeated = |(at, attribute): (usize, &Attribute)| {
        !used[at] && entity.columns.iter().any(|column| column.name.eq_ignore_ascii_case(&attribute.name))
    };
    for (at, attribute) in attributes.iter().enumerate().filter(|(at, _)| !used[*at]) {
        let note = if repeated((at, attribute)) { "is there twice; the first counts" } else { "is not used" };
        layout.notes.push(format!("column {} ({}) {note}", at + 1, attribute.name));
    }
    for (index, column) in entity.columns.iter().enumerate() {
        match layout.slots[index].at {
            Some(at) => describe(&mut layout, index, &attributes[at]),
            None if column.need == Need::Always => return Err(column.name),
            None => {}
        }
    }
    Ok(layout)
}

/// Gives columns without a fixed name the first attributes of their type that are left.
fn place_free_columns(layout: &mut Layout, attributes: &[Attribute], used: &mut [bool]) {
    let entity = layout.entity;
    let known = |name: &str| entity.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    for (slot, column) in layout.slots.iter_mut().zip(entity.columns) {
        if column.naming == Naming::Fixed {
            continue;
        }
        let wants_number = column.kind == Kind::Number;
        let fits = |at: &usize| {
            let declared = attributes[*at].data_type.as_deref().and_then(Declared::of_name);
            let is_number = matches!(declared, Some(Declared::Number | Declared::Whole));
            !used[*at] && !known(&attributes[*at].name) && is_number == wants_number
        };
        slot.at = (0..attributes.len()).find(fits);
        if let Some(at) = slot.at {
            used[at] = true;
        }
    }
}

/// Takes type, name and mandatory mark of an attribute over.
fn describe(layout: &mut Layout, index: usize, attribute: &Attribute) {
    let column = &layout.entity.columns[index];
    let slot = &mut layout.slots[index];
    slot.name.clone_from(&attribute.name);
    slot.mandatory = column.need == Need::Always || attribute.mandatory().unwrap_or(false);
    let Some(written) = &attribute.data_type else { return };
    let built_in = slot.declared;
    let declared = Declared::of_name(written);
    let agrees = match (column.kind, declared) {
        (Kind::Id | Kind::ImageId | Kind::Text(_), Some(_)) => true,
        (Kind::Number, Some(declared)) => {
            matches!(declared, Declared::Number | Declared::Whole | Declared::Text)
        }
        (_, Some(declared)) => declared == built_in || declared == Declared::Text,
        (_, None) => false,
    };
    match declared {
        // Text says nothing about a date, number or truth value: it is still read as one.
        Some(Declared::Text) if agrees => {}
        Some(declared) if agrees => slot.declared = declared,
        _ => {
            let note =
                format!("column {} is declared {written}; it is read as the contract has it", slot.name);
            layout.notes.push(note);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::schema;

    fn model(attributes: &[(&str, &str)]) -> ModelEntity {
        let attributes: Vec<_> = attributes
            .iter()
            .map(|(name, kind)| serde_json::json!({"name": name, "dataType": kind}))
            .collect();
        serde_json::from_value(serde_json::json!({"name": "x", "attributes": attributes})).unwrap()
    }

    fn places(layout: &Layout) -> Vec<Option<usize>> {
        layout.slots.iter().map(|slot| slot.at).collect()
    }

    #[test]
    fn the_folder_decides_order_and_types() {
        let model = model(&[
            ("strength", "int64"),
            ("Note", "string"),
            ("USERID", "guid"),
            ("Score", "double"),
            ("ItemId", "string"),
            ("InteractionGroupingId", "string"),
            ("TimeStamp", "int64"),
            ("Colour", "string"),
            ("itemid", "string"),
        ]);
        let layout = described(&schema::INTERACTIONS, &model).unwrap();
        let expected =
            [Some(5), Some(4), None, Some(2), None, Some(6), Some(1), Some(3), None, None, Some(0), None];
        assert_eq!(places(&layout), expected);
        assert_eq!(layout.slots[10].declared, Declared::Whole);
        assert_eq!(layout.slots[3].declared, Declared::Guid);
        assert_eq!(layout.slots[5].declared, Declared::Moment);
        let expected = [
            "column 8 (Colour) is not used",
            "column 9 (itemid) is there twice; the first counts",
            "column TimeStamp is declared int64; it is read as the contract has it",
        ];
        assert_eq!(layout.notes, expected);
    }

    #[test]
    fn a_column_that_rows_need_is_missed() {
        let missing = described(&schema::INTERACTIONS, &model(&[("ItemId", "string")])).unwrap_err();
        assert_eq!(missing, "InteractionGroupingId");
    }

    #[test]
    fn the_built_in_order_is_that_of_the_schema() {
        for entity in schema::READ {
            let expected: Vec<_> = (0..entity.columns.len()).map(Some).collect();
            assert_eq!(places(&built_in(entity)), expected, "{}", entity.name);
        }
    }
}
