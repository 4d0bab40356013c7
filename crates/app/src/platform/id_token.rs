//! Reading identity tokens: a JSON Web Token (RFC 7519) signed by a key of the provider's set (RFC 7517).
//!
//! Two algorithms are taken, the one every provider offers (RS256) and the modern one (ES256); what the token
//! says of its algorithm only chooses between keys of ours, so neither "none" nor a public key taken for a
//! shared secret gets anywhere.

use data_encoding::BASE64URL_NOPAD;
use domain::platform::sign_on::Claims;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

/// The provider's keys.
#[derive(Debug, Clone, Deserialize)]
pub struct Keys {
    keys: Vec<Key>,
}

#[derive(Debug, Clone, Deserialize)]
struct Key {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
}

/// What the token says, if a key of `keys` signed it.
pub fn read(token: &str, keys: &Keys) -> Option<Claims> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let header: Header = serde_json::from_slice(&decode(header)?).ok()?;
    let signature = decode(signature)?;
    let fits = |key: &&Key| {
        key.usage.as_deref().is_none_or(|it| it == "sig")
            && (header.kid.is_none() || key.kid == header.kid)
    };
    let signed_by = |key: &Key| is_signed(&header.alg, key, signed.as_bytes(), &signature);
    if !keys.keys.iter().filter(fits).any(|key| signed_by(key) == Some(true)) {
        return None;
    }
    serde_json::from_slice(&decode(claims)?).ok()
}

/// `None`: the key is not one of the algorithm.
fn is_signed(alg: &str, key: &Key, signed: &[u8], signature: &[u8]) -> Option<bool> {
    let part = |it: &Option<String>| decode(it.as_deref()?);
    match (alg, key.kty.as_str(), key.crv.as_deref()) {
        ("RS256", "RSA", _) => {
            let key = RsaPublicKeyComponents { n: part(&key.n)?, e: part(&key.e)? };
            Some(key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature).is_ok())
        }
        ("ES256", "EC", Some("P-256")) => {
            // The uncompressed point of SEC 1, 2.3.3.
            let point = [vec![4], part(&key.x)?, part(&key.y)?].concat();
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
            Some(key.verify(signed, signature).is_ok())
        }
        _ => None,
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    // RFC 7515, appendix A.2.
    const N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const SIGNED: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    fn key(value: Value) -> Key {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn the_signature_of_the_standards_example_holds_and_no_other() {
        let rsa = key(json!({ "kty": "RSA", "n": N, "e": "AQAB" }));
        let signature = decode(SIGNATURE).unwrap();
        assert_eq!(is_signed("RS256", &rsa, SIGNED.as_bytes(), &signature), Some(true));
        let changed = SIGNED.replace("eyJpc3Mi", "eyJpc3Nj");
        assert_eq!(is_signed("RS256", &rsa, changed.as_bytes(), &signature), Some(false));
        assert_eq!(is_signed("RS256", &rsa, SIGNED.as_bytes(), &[]), Some(false));
        for alg in ["none", "HS256", "ES256", "RS512", ""] {
            assert_eq!(is_signed(alg, &rsa, SIGNED.as_bytes(), &signature), None, "{alg}");
        }
    }

    #[test]
    fn what_nobody_signed_is_not_read() {
        let keys: Keys = serde_json::from_value(json!({ "keys": [
            { "kty": "RSA", "n": N, "e": "AQAB" }, { "kty": "oct", "k": "AAAA" },
            { "kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA" },
        ] }))
        .unwrap();
        let claims = json!({ "iss": "i", "sub": "7", "aud": "us", "exp": 1, "iat": 1 }).to_string();
        for header in [r#"{"alg":"none"}"#, r#"{"alg":"RS256"}"#, r#"{"alg":"ES256"}"#, "{}", ""] {
            let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
            for signature in ["", SIGNATURE] {
                let token = format!("{}.{}.{signature}", part(header), part(&claims));
                assert!(read(&token, &keys).is_none(), "{token}");
            }
        }
        for nonsense in ["", ".", "..", "...", "a.b", "é.é.é"] {
            assert!(read(nonsense, &keys).is_none(), "{nonsense}");
        }
    }
}
