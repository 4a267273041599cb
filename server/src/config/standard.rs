//! Variables by which every program with OpenTelemetry is told where its traces go.
//!
//! They are a layer above the file and below our own variables. What they say of metrics and logs concerns nobody here.
//! Invariant: an empty variable says nothing.

use super::{ConfigError, Origin};

/// A variable and the key that it sets; the later wins.
const NAMES: [(&str, &str); 10] = [
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "traces"),
    (WHOLE, "traces"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "traces_headers"),
    ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "traces_headers"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "traces_protocol"),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "traces_protocol"),
    ("OTEL_SERVICE_NAME", "traces_service"),
    ("OTEL_RESOURCE_ATTRIBUTES", "traces_resource"),
    ("OTEL_TRACES_SAMPLER", "traces_sampler"),
    ("OTEL_TRACES_SAMPLER_ARG", "traces_sampler_arg"),
];

/// Its value is a whole address; the other one's is that of a collector, below which traces have their path.
pub(super) const WHOLE: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

/// Whether traces are sent at all.
const EXPORTER: &str = "OTEL_TRACES_EXPORTER";

/// What is said: key, variable, value; an empty address for no traces at all.
pub(super) fn said(
    variables: &[(String, String)],
) -> Result<Vec<(&'static str, &'static str, &str)>, ConfigError> {
    let value = |wanted: &str| {
        let found = variables.iter().find(|(name, text)| name == wanted && !text.trim().is_empty());
        found.map(|(_, text)| text.trim())
    };
    let mut said: Vec<_> =
        NAMES.iter().filter_map(|(variable, key)| Some((*key, *variable, value(variable)?))).collect();
    if value("OTEL_SDK_DISABLED").is_some_and(|text| text.eq_ignore_ascii_case("true")) {
        said.push(("traces", "OTEL_SDK_DISABLED", ""));
    }
    match value(EXPORTER) {
        None | Some("otlp") => {}
        Some("none") => said.push(("traces", EXPORTER, "")),
        Some(other) => {
            let message = format!("`{other}` is neither otlp nor none: traces are sent in no other way");
            return Err(ConfigError { origin: Origin::Variable(EXPORTER.to_owned()), message });
        }
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Layers, ServerConfig};
    use super::*;
    use crate::traces::{Collector, CollectorUrl};

    fn layers(file: &str, variables: &[(&str, &str)]) -> Result<Layers, ConfigError> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Layers::defaults().with_file(file, "server.toml")?.with_variables(variables)
    }

    fn collector(file: &str, variables: &[(&str, &str)]) -> Result<Option<Collector>, ConfigError> {
        Ok(ServerConfig::of(Path::new("home"), &layers(file, variables)?)?.traces)
    }

    const FILE: &str = "traces = \"http://file.example\"\n";
    const BASE: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://base.example");
    const OWN: (&str, &str) = ("COOKSHELF_SERVER_TRACES", "http://own.example");

    #[test]
    fn the_nearer_word_wins() {
        let at = |file: &str, variables: &[(&str, &str)]| Some(collector(file, variables).unwrap()?.url);
        let url = |text: &str| Some(CollectorUrl::whole(text).unwrap());
        assert_eq!(at("", &[]), None);
        assert_eq!(at("", &[("OTEL_SERVICE_NAME", "x"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]), None);
        assert_eq!(at(FILE, &[]), url("http://file.example/v1/traces"));
        assert_eq!(at(FILE, &[BASE]), url("http://base.example/v1/traces"));
        assert_eq!(at(FILE, &[(BASE.0, " ")]), url("http://file.example/v1/traces"));
        let whole = (WHOLE, "http://whole.example/in");
        assert_eq!(at(FILE, &[whole, BASE]), url("http://whole.example/in"));
        assert_eq!(at(FILE, &[OWN, whole, BASE]), url("http://own.example/v1/traces"));
        for off in [("OTEL_SDK_DISABLED", "True"), ("OTEL_TRACES_EXPORTER", "none"), (OWN.0, "")] {
            assert_eq!(at(FILE, &[BASE, off]), None, "{off:?}");
        }
        let named = collector(FILE, &[("OTEL_RESOURCE_ATTRIBUTES", "service.namespace=shops,host.name=one")]);
        assert_eq!(named.unwrap().unwrap().resource.len(), 2);
    }

    #[test]
    fn what_is_wrong_names_its_variable() {
        let cases = [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "hush"),
            ("OTEL_TRACES_SAMPLER", "xray"),
            ("OTEL_TRACES_EXPORTER", "zipkin"),
        ];
        for (variable, value) in cases {
            let error = collector(FILE, &[(variable, value)]).unwrap_err().to_string();
            assert!(error.starts_with(variable) && !error.contains("hush"), "{error}");
        }
        let share = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "half")];
        let error = collector(FILE, &share).unwrap_err().to_string();
        assert!(error.starts_with("OTEL_TRACES_SAMPLER_ARG"), "{error}");
        let shown = layers("", &[("OTEL_EXPORTER_OTLP_HEADERS", "x-key=hush")]).unwrap().shown();
        assert!(shown.contains("x-key=***") && !shown.contains("hush"), "{shown}");
    }
}
