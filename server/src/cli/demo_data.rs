//! `cookshelf demo-data OUT`

use std::path::PathBuf;

use super::{
    Failure,
    output::{json, line},
};
use crate::{
    demo::{DemoError, ShopForm, ShopParams, write_shop_as},
    exit_code::Exit,
    progress::{Progress, thousands},
};

/// Make up a believable shop: a data folder to cook, and the shop's own product data and pictures
///
/// OUT/root is a data folder as `cookshelf cook` reads it; OUT/shop holds product data and drawn pictures for the
/// demo storefront. The same seed gives the same shop.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Where the shop goes
    out: PathBuf,
    /// Products in the catalogue
    #[arg(long, default_value_t = 2_000)]
    items: u32,
    /// Shoppers who visited
    #[arg(long, default_value_t = 6_000)]
    shoppers: u32,
    /// Another seed, another shop
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// How OUT/root is written
    #[arg(long = "as", value_name = "FORM", default_value = "contract")]
    form: ShopForm,
    /// Print what was made as JSON and nothing else
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let params = ShopParams { items: args.items, shoppers: args.shoppers, seed: args.seed };
    let progress = if args.json { Progress::Silent } else { Progress::Shown };
    let report = write_shop_as(args.form, &args.out, &params, progress).map_err(|cause| match cause {
        DemoError::Size { .. } => Failure::new(Exit::Input, cause.to_string()),
        other => Failure::new(Exit::System, other.to_string()),
    })?;
    if args.json {
        json(&report);
    } else {
        line(&format!(
            "{} products in {} categories, {} interactions of {} shoppers, written to {}",
            thousands(report.items.into()),
            report.categories,
            thousands(report.interactions),
            thousands(report.shoppers.into()),
            args.out.display()
        ));
    }
    Ok(())
}
