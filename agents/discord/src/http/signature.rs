//! Whether a request is Discord's, and of this moment.
//!
//! Source: <https://discord.com/developers/docs/interactions/overview#setting-up-an-endpoint-validating-security-request-headers>

use data_encoding::HEXLOWER_PERMISSIVE;
use ed25519_dalek::{Signature, VerifyingKey};

/// How far the time of a request may be off, in seconds: a signed request that was overheard cannot be used later.
const MAX_AGE_SECONDS: u64 = 300;

/// The key by which the application knows Discord's requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key as Discord's developer page shows it: 64 hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?.try_into().ok()?;
        VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak()).map(Self)
    }

    /// Whether a body was signed with this key at a time near `now`, in seconds since 1970.
    pub(crate) fn signed(&self, signature: &str, timestamp: &str, body: &[u8], now: i64) -> bool {
        let is_near = timestamp.parse::<i64>().is_ok_and(|at| at.abs_diff(now) <= MAX_AGE_SECONDS);
        let signature = HEXLOWER_PERMISSIVE.decode(signature.as_bytes()).ok();
        let signature = signature.and_then(|bytes| Signature::from_slice(&bytes).ok());
        let signed = [timestamp.as_bytes(), body].concat();
        is_near && signature.is_some_and(|signature| self.0.verify_strict(&signed, &signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn keys() -> (SigningKey, PublicKey) {
        let signing = SigningKey::from_bytes(&[7; 32]);
        let public =
            PublicKey::parse(&HEXLOWER_PERMISSIVE.encode(signing.verifying_key().as_bytes())).unwrap();
        (signing, public)
    }

    fn sign(key: &SigningKey, timestamp: &str, body: &str) -> String {
        HEXLOWER_PERMISSIVE.encode(&key.sign(format!("{timestamp}{body}").as_bytes()).to_bytes())
    }

    #[test]
    fn a_signed_body_of_this_moment_is_discords() {
        let (signing, public) = keys();
        for seconds in [0, 300, -300] {
            let timestamp = (NOW + seconds).to_string();
            let signature = sign(&signing, &timestamp, "{}");
            assert!(public.signed(&signature, &timestamp, b"{}", NOW), "{seconds}");
            assert!(public.signed(&signature.to_uppercase(), &timestamp, b"{}", NOW));
        }
    }

    #[test]
    fn what_is_forged_altered_or_stale_is_not() {
        let (signing, public) = keys();
        let now = NOW.to_string();
        let signature = sign(&signing, &now, "{}");
        assert!(!public.signed(&signature, &now, b"{ }", NOW));
        assert!(!public.signed(&signature, &(NOW + 1).to_string(), b"{}", NOW));
        assert!(!public.signed(&sign(&SigningKey::from_bytes(&[8; 32]), &now, "{}"), &now, b"{}", NOW));
        assert!(!public.signed(&signature[2..], &now, b"{}", NOW));
        for bad in ["", "zz", "é"] {
            assert!(!public.signed(bad, &now, b"{}", NOW));
            assert!(!public.signed(&sign(&signing, bad, "{}"), bad, b"{}", NOW));
        }
        for seconds in [301, -301] {
            let timestamp = (NOW + seconds).to_string();
            assert!(!public.signed(&sign(&signing, &timestamp, "{}"), &timestamp, b"{}", NOW));
        }
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        for bad in ["", "00", &"0".repeat(64), &"g".repeat(64), &"a".repeat(63)] {
            assert_eq!(PublicKey::parse(bad), None, "{bad}");
        }
    }
}
