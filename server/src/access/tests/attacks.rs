//! Tokens that must not work, each a good one but for one thing; and the good ones that must.

use super::*;
use crate::access::TokenError as E;

#[test]
fn good_tokens_give_what_the_operator_said_and_nothing_else() {
    for kind in ["rsa", "ec", "ed"] {
        let caller = ask(&token(&claims(), kind, kind), &params()).unwrap();
        let expected = ["writer on acme", "reader on other"].map(|text| text.parse().unwrap()).to_vec();
        assert_eq!(caller, Caller::Known { name: "token:person-1".to_owned(), grants: expected }, "{kind}");
    }
    // A program's own token, one of version 1, one of many audiences, one within the leeway.
    for good in [
        but(&json!({"scp": null, "oid": "program-1"})),
        but(&json!({"ver": "1.0", "azp": null, "appid": "console"})),
        but(&json!({"aud": ["other", "api-1"]})),
        but(&json!({"exp": NOW - 59, "nbf": NOW + 60, "iat": NOW + 60})),
    ] {
        assert!(ask(&token(&good, "ed", "ed"), &params()).is_ok(), "{good}");
    }
    // Somebody whom the operator gave nothing may do nothing.
    let stranger = ask(&token(&but(&json!({"oid": "person-9", "roles": ["Guests"]})), "ed", "ed"), &params());
    assert_eq!(stranger.unwrap().grants(), []);
}

/// Good but for what it claims.
fn claimed() -> Vec<(Value, E)> {
    vec![
        (json!({"iss": "https://login.example/tenant-2/v2.0"}), E::Issuer),
        (json!({"iss": "https://login.example/tenant-1/v2.0/"}), E::Issuer),
        (json!({"iss": "https://LOGIN.example/tenant-1/v2.0"}), E::Issuer),
        (json!({"iss": ["https://login.example/tenant-1/v2.0"]}), E::Issuer),
        (json!({"iss": null}), E::Issuer),
        (json!({"aud": "api-2"}), E::Audience),
        (json!({"aud": ["api-2"]}), E::Audience),
        (json!({"aud": []}), E::Audience),
        (json!({"aud": {"api-1": 1}}), E::Audience),
        (json!({"aud": "api-1 "}), E::Audience),
        (json!({"aud": null}), E::Audience),
        (json!({"tid": "tenant-2"}), E::Tenant),
        (json!({"tid": null}), E::Tenant),
        (json!({"tid": ["tenant-1"]}), E::Tenant),
        (json!({"exp": NOW - 60}), E::Time),
        (json!({"exp": NOW - 3_600}), E::Time),
        (json!({"exp": null}), E::Time),
        (json!({"exp": (NOW + 3_600).to_string()}), E::Time),
        (json!({"exp": 1e300}), E::Time),
        (json!({"exp": -1}), E::Time),
        (json!({"nbf": NOW + 61}), E::Time),
        (json!({"nbf": "soon"}), E::Time),
        (json!({"iat": NOW + 3_600}), E::Time),
        (json!({"nonce": "n"}), E::Kind),
        (json!({"at_hash": "h"}), E::Kind),
        (json!({"c_hash": "h"}), E::Kind),
        (json!({"scp": null, "roles": null}), E::Kind),
        (json!({"scp": ["cook"]}), E::Kind),
        (json!({"scp": "openid profile"}), E::Subject),
        (json!({"scp": "cooking"}), E::Subject),
        (json!({"scp": ""}), E::Subject),
        (json!({"azp": "other-program"}), E::Client),
        (json!({"azp": null}), E::Client),
        (json!({"azp": ""}), E::Client),
        (json!({"azp": null, "appid": "console"}), E::Client),
        (json!({"ver": "1.0", "appid": "other-program"}), E::Client),
        (json!({"ver": "1.0"}), E::Client),
        (json!({"appid": "other-program"}), E::Client),
        (json!({"oid": "", "sub": ""}), E::Subject),
        (json!({"oid": null, "sub": null}), E::Subject),
        (json!({"oid": "person-1\nadmin"}), E::Subject),
        (json!({"oid": "p".repeat(256)}), E::Subject),
    ]
}

/// A header that a key of the provider really signed.
fn headed(extra: &[(&str, Value)]) -> String {
    use ed25519_dalek::{Signer, SigningKey};
    let der = BASE64_STANDARD.decode(key_file()["ed"]["private"].as_str().unwrap()).unwrap();
    let key = SigningKey::from_bytes(der[der.len() - 32..].try_into().unwrap());
    let mut header = json!({"alg": "EdDSA", "typ": "JWT", "kid": "ed"});
    for (name, value) in extra {
        header[*name] = value.clone();
    }
    let unsigned = raw(&header, &claims(), &[]);
    let signed = unsigned.trim_end_matches('.');
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()).to_bytes()))
}

/// Forged, or made for other readers.
fn forged() -> Vec<(String, E)> {
    let good = token(&claims(), "ed", "ed");
    let parts: Vec<&str> = good.split('.').collect();
    let shared = |secret: &[u8], id: &str| {
        let header = Header { kid: Some(id.to_owned()), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims(), &EncodingKey::from_secret(secret)).unwrap()
    };
    let modulus = BASE64_URL_SAFE_NO_PAD.decode(public("rsa", "rsa")["n"].as_str().unwrap()).unwrap();
    let mut own_key = Header { kid: Some("ed".to_owned()), ..Header::new(Algorithm::EdDSA) };
    own_key.jwk = serde_json::from_value(public("foreign", "ed")).unwrap();
    own_key.jku = Some("https://evil.example/keys".to_owned());
    own_key.x5u = Some("https://evil.example/chain".to_owned());
    let foreign = |id: &str| token(&claims(), "foreign", id);
    let mut cases = vec![
        (raw(&json!({"alg": "none", "kid": "ed"}), &claims(), b""), E::Form),
        (raw(&json!({"alg": "none", "kid": "ed"}), &claims(), b"x"), E::Form),
        (raw(&json!({"alg": "NoNe", "kid": "ed"}), &claims(), b"x"), E::Form),
        (raw(&json!({"alg": "", "kid": "ed"}), &claims(), b"x"), E::Form),
        (raw(&json!({"kid": "ed"}), &claims(), b"x"), E::Form),
        (format!("{}.{}.", parts[0], parts[1]), E::Form),
        // A public key as if it were a secret.
        (shared(&modulus, "rsa"), E::Algorithm),
        (shared(b"secret", "shared"), E::Algorithm),
        (raw(&json!({"alg": "RS256", "kid": "ed"}), &claims(), &[7; 64]), E::Algorithm),
        (raw(&json!({"alg": "ES256", "kid": "rsa"}), &claims(), &[7; 64]), E::Algorithm),
        (raw(&json!({"alg": "RS512", "kid": "rsa"}), &claims(), &[7; 256]), E::Algorithm),
        (raw(&json!({"alg": "ES384", "kid": "ec"}), &claims(), &[7; 96]), E::Algorithm),
        // Nothing, and the number zero, as a signature of the elliptic curve.
        (raw(&json!({"alg": "ES256", "kid": "ec"}), &claims(), &[0; 64]), E::Signature),
        (raw(&json!({"alg": "EdDSA", "kid": "ed"}), &claims(), &[0; 64]), E::Signature),
        (raw(&json!({"alg": "RS256", "kid": "rsa"}), &claims(), &[0; 256]), E::Signature),
        // Signed by somebody else, who says where his key is.
        (foreign("ed"), E::Signature),
        (encode(&own_key, &claims(), &private("foreign")).unwrap(), E::Signature),
        (foreign("foreign"), E::Key),
        (foreign("../../ed"), E::Key),
        (foreign("ed' OR '1'='1"), E::Key),
        (foreign("/dev/null"), E::Key),
        (foreign(""), E::Key),
        (foreign(&"k".repeat(300)), E::Key),
        (encode(&Header::new(Algorithm::EdDSA), &claims(), &private("ed")).unwrap(), E::Key),
        // Keys of the provider that are not for this.
        (token(&claims(), "short", "short"), E::Key),
        (token(&claims(), "rsa", "enc"), E::Key),
        // Another's claims under a good signature.
        (
            format!(
                "{}.{}.{}",
                parts[0],
                raw(&json!({}), &but(&json!({"oid": "boss"})), b"x").split('.').nth(1).unwrap(),
                parts[2]
            ),
            E::Signature,
        ),
        (raw(&json!({"alg": "EdDSA", "kid": "ed"}), &json!([claims()]), &[1; 64]), E::Signature),
        (String::new(), E::Form),
        ("..".to_owned(), E::Form),
        ("a.b".to_owned(), E::Form),
        (format!("{good}.{}", parts[2]), E::Form),
        (format!("{good}="), E::Form),
        (format!(" {good}"), E::Form),
        (format!("{good}\n"), E::Form),
        (good.replace('.', "%2e"), E::Form),
        (token(&but(&json!({"pad": "p".repeat(20_000)})), "ed", "ed"), E::Form),
    ];
    for extra in [
        ("crit", json!(["exp"])),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
        ("b64", json!(false)),
        ("typ", json!("id+jwt")),
        ("typ", json!("JWE")),
    ] {
        cases.push((headed(&[extra]), E::Header));
    }
    cases
}

#[test]
fn no_attack_is_let_in() {
    assert!(ask(&headed(&[("typ", json!("at+jwt"))]), &params()).is_ok(), "only what is added is at fault");
    let claimed = claimed().into_iter().map(|(changes, why)| (token(&but(&changes), "ed", "ed"), why));
    let cases: Vec<(String, E)> = claimed.chain(forged()).collect();
    assert!(cases.len() >= 80, "{}", cases.len());
    for (token, why) in cases {
        let found = ask(&token, &params());
        assert_eq!(found, Err(why), "{}", token.chars().take(200).collect::<String>());
    }
}

#[test]
fn every_altered_letter_of_a_token_is_noticed() {
    let good = token(&claims(), "ed", "ed");
    let provider = provider();
    let keys = Jwks::new(&provider);
    let params = params();
    let accepted = wait(async {
        let mut accepted = 0;
        for place in 0..good.len() {
            let mut bytes = good.clone().into_bytes();
            bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            accepted += i32::from(caller_of(&changed, &params, &keys, NOW).await.is_ok());
        }
        accepted
    });
    assert_eq!(accepted, 0);
}
