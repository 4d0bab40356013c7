//! Traces to a collector, by OTLP over HTTP.

use anyhow::Context as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

const SERVICE: &str = "huisheng";

/// Sends what was traced in batches, from a thread of its own; dropping it sends the rest.
pub struct Sending(SdkTracerProvider);

impl Drop for Sending {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// A layer that hands spans to the collector at `endpoint`, as in `http://127.0.0.1:4318`. Not to be
/// called where something async runs: its client waits.
///
/// # Errors
/// When the address cannot be one.
pub fn to<S>(endpoint: &str) -> anyhow::Result<(impl Layer<S> + use<S>, Sending)>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    // A second time it is there already, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(reqwest::blocking::Client::builder().build()?)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .build()
        .with_context(|| format!("`otlp_endpoint` is {endpoint}"))?;
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name(SERVICE).build())
        .build();
    // Where in the source a span began is nobody's business who asks how long it took.
    let layer = tracing_opentelemetry::layer().with_location(false).with_threads(false);
    Ok((layer.with_tracer(provider.tracer(SERVICE)), Sending(provider)))
}
