//! Which columns of a Parquet file are read, and as what.
//!
//! Columns are found by name, whatever its case, and only those that a column of the entity needs. Text is
//! read as views into its pages, so that a short file cannot repeat a long text into a full memory.

use std::sync::Arc;

use arrow_schema::{DataType, Field, Fields};
use parquet::arrow::{FieldLevels, ProjectionMask, parquet_to_arrow_field_levels};
use parquet::basic::{LogicalType, Repetition};
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};

use super::super::layout::Layout;
use super::super::schema::Need;
use super::Broken;
use super::guard::caught;

/// How many of a file's names a message lists.
const NAMED: usize = 12;

/// The columns that are read.
pub(super) struct Columns {
    /// Place in the file's leaves, for each column that is read.
    pub(super) leaves: Vec<usize>,
    /// Names as the file has them.
    pub(super) names: Vec<String>,
    /// Column that is read, for each column of the layout.
    pub(super) places: Vec<Option<usize>>,
    pub(super) levels: FieldLevels,
}

/// Finds the columns of a layout.
pub(super) fn choose(schema: &SchemaDescriptor, layout: &Layout) -> Result<Columns, Broken> {
    let roots = schema.root_schema().get_fields();
    let (mut places, mut leaves, mut names, mut kept) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (at, name) in layout.order.iter().enumerate() {
        let used = layout.slots.iter().any(|slot| slot.at == Some(at));
        let root = roots.iter().position(|root| root.name().eq_ignore_ascii_case(name)).filter(|_| used);
        places.push(root.map(|_| kept.len()));
        let Some(root) = root else { continue };
        leaves.push(leaf(schema, root).ok_or_else(|| nested(&roots[root]))?);
        names.push(roots[root].name().to_owned());
        kept.push(roots[root].clone());
    }
    missing(layout, &places, roots)?;
    let levels = levels(&kept)?;
    Ok(Columns { leaves, names, places, levels })
}

/// Every column that could be read.
pub(super) fn readable(schema: &SchemaDescriptor) -> Vec<String> {
    let roots = schema.root_schema().get_fields();
    let is_readable = |root: &usize| leaf(schema, *root).is_some() && levels(&roots[*root..=*root]).is_ok();
    (0..roots.len()).filter(is_readable).map(|root| roots[root].name().to_owned()).collect()
}

/// The leaf of a plain column.
fn leaf(schema: &SchemaDescriptor, root: usize) -> Option<usize> {
    let field = &schema.root_schema().get_fields()[root];
    let plain = field.is_primitive() && field.get_basic_info().repetition() != Repetition::REPEATED;
    (0..schema.num_columns()).find(|leaf| plain && schema.get_column_root_idx(*leaf) == root)
}

fn nested(root: &TypePtr) -> Broken {
    Broken::content(format!("column {} holds lists or structures; write plain values", root.name()))
}

/// A column that rows mean nothing without must be there.
fn missing(layout: &Layout, places: &[Option<usize>], roots: &[TypePtr]) -> Result<(), Broken> {
    for (slot, column) in layout.slots.iter().zip(layout.entity.columns) {
        let there = slot.at.is_some_and(|at| places[at].is_some());
        if column.need == Need::Always && !there {
            let names: Vec<_> = roots.iter().take(NAMED).map(|root| root.name()).collect();
            return Err(Broken::content(format!(
                "it has no column {}; it has {}; name the columns as the contract does",
                slot.name,
                names.join(", ")
            )));
        }
    }
    Ok(())
}

/// The kept columns with the type that each is read as.
fn levels(kept: &[TypePtr]) -> Result<FieldLevels, Broken> {
    let makes_no_sense = |_| Broken::content("its columns make no sense; write the file again");
    let build = || Type::group_type_builder("rows").with_fields(kept.to_vec()).build();
    let schema = SchemaDescriptor::new(Arc::new(caught(build)?.map_err(makes_no_sense)?));
    let convert = |hint: Option<&Fields>| {
        caught(|| parquet_to_arrow_field_levels(&schema, ProjectionMask::all(), hint))?
            .map_err(makes_no_sense)
    };
    let as_written =
        caught(|| parquet::arrow::parquet_to_arrow_schema(&schema, None))?.map_err(makes_no_sense)?;
    let mut hinted = Vec::new();
    for (field, root) in as_written.fields().iter().zip(kept) {
        let read_as = read_as(field.data_type(), root).ok_or_else(|| {
            let text = format!(
                "column {} has the type {}, which is not read; write text, numbers, dates or truth values",
                field.name(),
                field.data_type()
            );
            Broken::content(text)
        })?;
        hinted.push(Field::new(field.name(), read_as, field.is_nullable()));
    }
    convert(Some(&hinted.into()))
}

/// The type that a type is read as; `None` for types that are not read.
fn read_as(written: &DataType, root: &TypePtr) -> Option<DataType> {
    use DataType::{
        Binary, Boolean, Date32, Date64, Decimal32, Decimal64, Decimal128, Decimal256, FixedSizeBinary,
        Float16, Float32, Float64, Int8, Int16, Int32, Int64, Timestamp, UInt8, UInt16, UInt32, UInt64, Utf8,
    };
    let guid = || root.get_basic_info().logical_type_ref() == Some(&LogicalType::Uuid);
    Some(match written {
        Utf8 => DataType::Utf8View,
        // Writers of long ago did not say that bytes are text.
        Binary => DataType::BinaryView,
        Boolean | Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 => written.clone(),
        Float16 | Float32 | Float64 | Date32 | Date64 | Timestamp(..) => written.clone(),
        Decimal32(..) | Decimal64(..) | Decimal128(..) | Decimal256(..) => written.clone(),
        FixedSizeBinary(16) if guid() => written.clone(),
        _ => return None,
    })
}
