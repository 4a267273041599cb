//! Blobs of an endpoint served by the server for many shops, beside nginx, in turns in the same run.

use super::Pace;
use super::measured::Measured;
use super::table::{Row, thousands};
use crate::debian;
use crate::failure::Failure;
use crate::workshop::Workshop;

/// Requests per second, and what stalled readers cost.
pub(super) fn rows(workshop: &Workshop, pace: Pace) -> Result<Vec<Row>, Failure> {
    debian::ensure(&workshop.journal, &[debian::NGINX, debian::NGINX_BROTLI, debian::WRK, debian::PYTHON])?;
    workshop.program()?;
    let client = workshop.bench_program("downloads")?;
    let mut node = workshop.command("node");
    node.arg("tests/load/serve_vs_nginx.mjs").arg(workshop.places.program()).arg(client);
    if pace == Pace::Quick {
        node.args(["--runs", "2", "--seconds", "1"]);
    }
    let measured = Measured::parse(&workshop.journal.output("serve beside nginx", &mut node)?)?;
    let nginx = format!("nginx {}", measured.text("/machine/nginx")?);
    let mut rows = Vec::new();
    for row in measured.list("/rows")? {
        let kibibytes = row.number("/size")? / 1024.0;
        for (what, path) in [("blob", ""), ("304 for a blob", "/notModified")] {
            let figure = |side: &str, name: &str| row.number(&format!("{path}/{side}/{name}"));
            let side = |side: &str| -> Result<String, Failure> {
                let (rate, cpu) = (figure(side, "median")?, figure(side, "cpuMicros")?);
                Ok(format!("{}/s, {cpu:.1} µs of processor each", thousands(rate)))
            };
            let ratio = row.number(&format!("{path}/ratio"))?;
            rows.push(Row {
                area: "serving",
                what: format!("{what} of {kibibytes:.0} KiB, one worker: requests ({ratio:.2} × nginx)"),
                ours: side("ours")?,
                peer: format!("{nginx}: {}", side("nginx")?),
            });
        }
    }
    let stalled = |name: &str| measured.number(&format!("/stalled/{name}"));
    rows.push(Row {
        area: "serving",
        what: format!(
            "{} readers that stop reading a blob of {:.0} MiB: memory, until they are let go",
            stalled("readers")?,
            stalled("size")? / 1024.0 / 1024.0
        ),
        ours: format!("{:.1} MB, {:.1} s", stalled("grownBytes")? / 1e6, stalled("secondsUntilGone")?),
        peer: String::new(),
    });
    let crowd = |name: &str| measured.number(&format!("/crowd/{name}"));
    let waits = |side: &str| -> Result<String, Failure> {
        let (busy, quiet) = (crowd(&format!("{side}/busyMicros"))?, crowd(&format!("{side}/quietMicros"))?);
        Ok(format!("{:.2} ms, without the crowd {:.2} ms", busy / 1e3, quiet / 1e3))
    };
    rows.push(Row {
        area: "serving",
        what: format!(
            "99 of 100 answers to good clients in the quietest second, beside {} stalled readers and {} slow ones ({:.2} × without them)",
            thousands(crowd("stalled")?),
            thousands(crowd("slow")?),
            crowd("ours/ratio")?
        ),
        ours: waits("ours")?,
        peer: format!("{nginx}: {} ({:.2} ×)", waits("nginx")?, crowd("nginx/ratio")?),
    });
    Ok(rows)
}
