//! What a member of staff arranged for themselves, so that it follows them to another machine.
//! What a key means is the console's business; nobody else reads it.

use domain::id::StaffId;
use domain::refusal::Refusal;
use serde_json::Value;
use store::Write;
use store::platform::preference;

use crate::{Act, Result};

/// Things one person may arrange.
pub const KEYS_MAX: usize = 100;
/// Bytes of one of them: some hundred saved views.
pub const VALUE_BYTES_MAX: usize = 16 * 1024;
const KEY_CHARS_MAX: usize = 60;

/// Keeps `value`, an object or a list, under `key` for this person alone.
pub async fn put_preference(
    tx: &mut Write,
    act: &Act,
    me: StaffId,
    key: &str,
    value: Value,
) -> Result<()> {
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"._-".contains(&it);
    if !(1..=KEY_CHARS_MAX).contains(&key.len()) || !key.bytes().all(plain) {
        return Err(Refusal::invalid("preference_key_form").with("max", KEY_CHARS_MAX).into());
    }
    // A bare number or text would come back as something else from one of the engines.
    if !value.is_object() && !value.is_array() {
        return Err(Refusal::invalid("preference_value").into());
    }
    if VALUE_BYTES_MAX < value.to_string().len() {
        return Err(Refusal::invalid("too_large").into());
    }
    let known = preference::list(tx, act.tenant, me).await?;
    if KEYS_MAX <= known.len() && !known.iter().any(|it| it.0 == key) {
        return Err(Refusal::invalid("too_many").with("max", KEYS_MAX).into());
    }
    Ok(preference::put(tx, act.tenant, me, (key, value), act.now).await?)
}
