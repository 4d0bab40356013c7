//! `huisheng openapi`: the document that the committed `openapi.json` must equal.

pub fn run() -> anyhow::Result<()> {
    println!("{}", serde_json::to_string_pretty(&crate::http::openapi())?);
    Ok(())
}
