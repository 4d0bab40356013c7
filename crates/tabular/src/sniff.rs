//! What kind of file this is, by its first bytes; a name's ending proves nothing.

use crate::Refusal;

/// The container. What text is inside a text file is asked after decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    Text,
    Zip,
}

pub fn container(head: &[u8]) -> Result<Container, Refusal> {
    let is = |magic: &[u8]| head.starts_with(magic);
    let refused = |what| Err(Refusal::Unsupported(what));
    if head.is_empty() {
        Err(Refusal::Empty)
    } else if is(b"PK\x03\x04") || is(b"PK\x05\x06") {
        Ok(Container::Zip)
    } else if is(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        refused("an old Excel workbook (.xls) or one locked with a password")
    } else if is(b"\x28\xb5\x2f\xfd") || is(b"\x1f\x8b") || is(b"Rar!") || is(b"7z\xbc\xaf") {
        refused("a packed file; unpack it first")
    } else if is(b"%PDF") {
        refused("a PDF document")
    } else if is(b"\x89PNG") || is(b"\xff\xd8\xff") || is(b"GIF8") {
        refused("a picture")
    } else {
        Ok(Container::Text)
    }
}

/// What a text begins with: JSON is told by its first letter, markup is refused.
pub fn text_kind(beginning: &str) -> Result<crate::Kind, Refusal> {
    let beginning = beginning.trim_start();
    let lower: String = beginning.chars().take(15).collect::<String>().to_lowercase();
    if beginning.starts_with('{') {
        Ok(crate::Kind::JsonLines)
    } else if beginning.strip_prefix('[').is_some_and(|it| {
        let inner = it.trim_start();
        inner.starts_with('{') || inner.starts_with(']')
    }) {
        Ok(crate::Kind::JsonArray)
    } else if ["<!doctype", "<html", "<table", "<?xml"].iter().any(|it| lower.starts_with(it)) {
        // Many systems name an HTML table `.xls`.
        Err(Refusal::Unsupported("a web page or XML, whatever its name says"))
    } else {
        Ok(crate::Kind::Delimited)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    #[test]
    fn the_first_bytes_tell() {
        assert_eq!(container(b"PK\x03\x04rest").unwrap(), Container::Zip);
        assert_eq!(container(b"a,b").unwrap(), Container::Text);
        assert!(container(b"").is_err());
        assert!(container(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1").is_err());
        for (text, kind) in [
            ("{\"a\":1}", Kind::JsonLines),
            (" [\n {\"a\":1}]", Kind::JsonArray),
            ("[1] first,second", Kind::Delimited),
            ("a,b", Kind::Delimited),
        ] {
            assert_eq!(text_kind(text).unwrap(), kind, "{text}");
        }
        assert!(text_kind("<HTML><table>").is_err());
    }
}
