//! A generated shop, cooked: what the demo serves, the browser tests visit and the bench measures.
//!
//! Made again only when its plan or the `cookshelf` program changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::failure::Failure;
use crate::workshop::Workshop;

/// Which shop to make.
#[derive(Debug, Clone, Copy)]
pub struct ShopPlan {
    /// The folder in the cache.
    pub name: &'static str,
    /// How many products.
    pub items: u32,
    /// How many shoppers.
    pub shoppers: u32,
}

/// A shop on disk.
#[derive(Debug, Clone)]
pub struct Shop {
    /// `root` (contract folder), `shop` (pictures, product list), `models`, and `site` once assembled.
    pub folder: PathBuf,
}

const SEED: &str = "7";

/// Generates and cooks a shop, or finds it from the last time.
pub fn cook(workshop: &Workshop, plan: ShopPlan) -> Result<Shop, Failure> {
    make(workshop, plan, Ready::Cooked)
}

/// Generates a shop without cooking it, or finds it from the last time.
pub fn generate(workshop: &Workshop, plan: ShopPlan) -> Result<Shop, Failure> {
    make(workshop, plan, Ready::Generated)
}

/// How far a shop is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ready {
    Generated,
    Cooked,
}

fn make(workshop: &Workshop, plan: ShopPlan, ready: Ready) -> Result<Shop, Failure> {
    workshop.program()?;
    let shop = Shop { folder: workshop.places.cache.join(plan.name) };
    let stamp = shop.folder.join("made-by");
    let wanted = format!("{plan:?} {ready:?} {}", program_mark(&workshop.places.program())?);
    if fs::read_to_string(&stamp).is_ok_and(|text| text == wanted) {
        workshop.journal.note(&format!("the shop of {} products is already there", plan.items));
        return Ok(shop);
    }
    empty(&shop.folder)?;
    let program = workshop.places.program();
    let mut generate = workshop.command(&program.to_string_lossy());
    generate.arg("demo-data").arg(&shop.folder).args(["--seed", SEED]);
    generate.args(["--items", &plan.items.to_string(), "--shoppers", &plan.shoppers.to_string()]);
    workshop.journal.run(&format!("make a shop of {} products", plan.items), &mut generate)?;
    if ready == Ready::Cooked {
        let mut cook = workshop.command(&program.to_string_lossy());
        cook.arg("cook").arg(shop.root()).arg("-o").arg(shop.models());
        workshop.journal.run("cook it", &mut cook)?;
    }
    fs::write(&stamp, wanted).map_err(|e| Failure::file("write", &stamp, &e))?;
    Ok(shop)
}

impl Shop {
    /// The contract folder.
    pub fn root(&self) -> PathBuf {
        self.folder.join("root")
    }

    /// The cooked models.
    pub fn models(&self) -> PathBuf {
        self.folder.join("models")
    }

    /// The storefront with this shop's pictures.
    pub fn site(&self) -> PathBuf {
        self.folder.join("site")
    }

    /// Puts the built storefront and this shop's products together in [`Shop::site`].
    pub fn assemble(&self, workshop: &Workshop) -> Result<(), Failure> {
        workshop.storefront()?;
        empty(&self.site())?;
        copy_all(&workshop.places.storefront().join("dist"), &self.site())?;
        copy_all(&self.folder.join("shop"), &self.site())
    }
}

/// Changes whenever the program is built anew.
fn program_mark(program: &Path) -> Result<String, Failure> {
    let about = fs::metadata(program).map_err(|e| Failure::file("find", program, &e))?;
    let modified = about.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Ok(format!("{} bytes, {:?}", about.len(), modified.unwrap_or_default()))
}

fn empty(folder: &Path) -> Result<(), Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|e| Failure::file("empty", folder, &e))?;
    }
    fs::create_dir_all(folder).map_err(|e| Failure::file("make", folder, &e))
}

fn copy_all(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to).map_err(|e| Failure::file("make", to, &e))?;
    for entry in fs::read_dir(from).map_err(|e| Failure::file("list", from, &e))? {
        let source = entry.map_err(|e| Failure::file("list", from, &e))?.path();
        let Some(name) = source.file_name() else { continue };
        let target = to.join(name);
        if source.is_dir() {
            copy_all(&source, &target)?;
        } else {
            fs::copy(&source, &target).map_err(|e| Failure::file("copy", &source, &e))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_copied_whole() {
        let base = std::env::temp_dir().join(format!("xtask-shop-{}", std::process::id()));
        empty(&base).unwrap();
        fs::create_dir_all(base.join("a/deep")).unwrap();
        fs::write(base.join("a/deep/x"), "x").unwrap();
        fs::create_dir_all(base.join("b")).unwrap();
        fs::write(base.join("b/y"), "y").unwrap();
        copy_all(&base.join("a"), &base.join("c")).unwrap();
        copy_all(&base.join("b"), &base.join("c")).unwrap();
        assert_eq!(fs::read_to_string(base.join("c/deep/x")).unwrap(), "x");
        assert_eq!(fs::read_to_string(base.join("c/y")).unwrap(), "y");
    }
}
