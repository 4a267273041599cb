//! `cargo xtask demo`: from a fresh clone to a shop in the browser.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::ExitCode;

use crate::failure::Failure;
use crate::shop::{self, Shop, ShopPlan};
use crate::workshop::Workshop;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPlan {
    /// Where to listen, on 127.0.0.1.
    pub port: u16,
    /// How many products the shop has.
    pub items: u32,
    /// What to do when all is built.
    pub after: After,
}

/// What follows the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// Serve until interrupted.
    Serve,
    /// Say how to serve, and stop.
    Stop,
}

/// So many shoppers per product give lists that are visibly good.
const SHOPPERS_PER_ITEM: u32 = 3;
const STEPS: usize = 6;

/// Builds, cooks and serves.
pub fn run(workshop: &Workshop, plan: &DemoPlan) -> Result<ExitCode, Failure> {
    if plan.after == After::Serve {
        check_port(plan.port)?;
    }
    let step = |number, title| workshop.journal.step(number, STEPS, title);
    step(1, "tools: wasm32 target, wasm-bindgen, wasm-pack, wasm-opt");
    workshop.wasm_tools()?;
    step(2, "the cookshelf program (release)");
    workshop.program()?;
    step(3, "the npm package with its browser module");
    workshop.package()?;
    step(4, "the demo storefront");
    workshop.storefront()?;
    step(5, "a shop: generate and cook");
    let shoppers = plan.items.saturating_mul(SHOPPERS_PER_ITEM);
    let shop = shop::cook(workshop, ShopPlan { name: "demo", items: plan.items, shoppers })?;
    shop.assemble(workshop)?;
    match plan.after {
        After::Serve => {
            step(6, "serve it");
            serve(workshop, &shop, plan.port)
        }
        After::Stop => {
            step(6, "not served, as asked; to serve it:");
            println!("{}", serve_words(workshop, &shop, plan.port).join(" "));
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn serve_words(workshop: &Workshop, shop: &Shop, port: u16) -> Vec<String> {
    let text = |path: std::path::PathBuf| path.to_string_lossy().into_owned();
    let program = text(workshop.places.program());
    let listen = format!("127.0.0.1:{port}");
    vec![
        program,
        "serve".into(),
        text(shop.models()),
        "--shop".into(),
        text(shop.site()),
        "--listen".into(),
        listen,
    ]
}

/// Becomes the server, so that whoever stops this process stops the server.
fn serve(workshop: &Workshop, shop: &Shop, port: u16) -> Result<ExitCode, Failure> {
    let words = serve_words(workshop, shop, port);
    eprintln!(
        "\nready after {}; the server compresses its files first, then answers\n",
        workshop.journal.elapsed()
    );
    println!("    http://127.0.0.1:{port}/\n");
    let failed = workshop.command(&words[0]).args(&words[1..]).exec();
    Err(Failure::new(format!("could not start {}: {failed}", words[0])))
}

/// Minutes of building should not end in a port that is taken.
fn check_port(port: u16) -> Result<(), Failure> {
    TcpListener::bind(("127.0.0.1", port)).map(drop).map_err(|e| {
        Failure::new(format!(
            "port {port} cannot be used: {e}; choose another one, such as `--port {}`",
            port ^ 1
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_found_before_the_work() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(check_port(port).unwrap_err().to_string().contains("--port"));
        // Port 0 is any free one.
        assert_eq!(check_port(0), Ok(()));
    }
}
