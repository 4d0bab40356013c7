//! Addresses of the network: which ones are our own proxies, and who is behind them.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};

/// Networks, as in `127.0.0.1, 10.0.0.0/8, fd00::/8`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Networks(Vec<(IpAddr, u8)>);

/// What is no network.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an address or a network, as in 10.0.0.0/8")]
pub struct NoNetwork(String);

impl FromStr for Networks {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let network = |text: &str| {
            let (address, bits) = text.split_once('/').unwrap_or((text, ""));
            let address: IpAddr = address.parse().ok()?;
            let most = if address.is_ipv4() { 32 } else { 128 };
            let bits = if bits.is_empty() { most } else { bits.parse().ok()? };
            (bits <= most).then_some((address, bits))
        };
        let parts = text.split(',').map(str::trim).filter(|it| !it.is_empty());
        let each = parts.map(|it| network(it).ok_or_else(|| NoNetwork(it.to_owned())));
        Ok(Self(each.collect::<Result<_, _>>()?))
    }
}

impl TryFrom<String> for Networks {
    type Error = NoNetwork;

    fn try_from(text: String) -> Result<Self, NoNetwork> {
        text.parse()
    }
}

impl From<Networks> for String {
    fn from(it: Networks) -> Self {
        it.to_string()
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<_> =
            self.0.iter().map(|(address, bits)| format!("{address}/{bits}")).collect();
        f.write_str(&texts.join(", "))
    }
}

impl Networks {
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|(network, bits)| match (network, address) {
            (IpAddr::V4(network), IpAddr::V4(it)) => {
                let shift = 32 - u32::from(*bits);
                network.to_bits().checked_shr(shift) == it.to_bits().checked_shr(shift)
            }
            (IpAddr::V6(network), IpAddr::V6(it)) => {
                let shift = 128 - u32::from(*bits);
                network.to_bits().checked_shr(shift) == it.to_bits().checked_shr(shift)
            }
            _ => false,
        })
    }

    /// Who asks: the other end of the connection or, where that is one of these proxies, the last address
    /// in `X-Forwarded-For` that is not. What stands further to the left anybody may have written.
    pub fn client(&self, peer: SocketAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.ip().to_canonical();
        let values: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|it| it.to_str().ok())
            .flat_map(|it| it.split(','))
            .collect();
        for value in values.iter().rev() {
            if !self.contains(client) {
                break;
            }
            let Ok(next) = value.trim().parse::<IpAddr>() else { break };
            client = next.to_canonical();
        }
        client
    }
}

/// What one customer of a provider is counted by: an address, or of IPv6 the first 64 bits, within which
/// they may choose as they like.
pub fn neighbourhood(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(it) => Ipv6Addr::from_bits(it.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_network_contains_its_addresses_and_no_others() {
        let networks: Networks = "127.0.0.1, 10.0.0.0/8,fd00::/8".parse().unwrap();
        for inside in ["127.0.0.1", "10.255.0.1", "fd12::1", "::ffff:10.1.1.1"] {
            assert!(networks.contains(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["127.0.0.2", "11.0.0.1", "fe80::1", "::1"] {
            assert!(!networks.contains(outside.parse().unwrap()), "{outside}");
        }
        let all: Networks = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("8.8.8.8".parse().unwrap()));
        for bad in ["10.0.0.0/33", "a", "10.0.0.0/x", "::/129"] {
            assert!(bad.parse::<Networks>().is_err(), "{bad}");
        }
        assert_eq!(networks.to_string().parse::<Networks>().unwrap(), networks);
    }

    #[test]
    fn only_our_own_proxies_are_believed_about_who_is_behind_them() {
        let client = |proxies: &str, peer: &str, forwarded: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for it in forwarded {
                headers.append("x-forwarded-for", HeaderValue::from_static(it));
            }
            let proxies: Networks = proxies.parse().unwrap();
            proxies.client(SocketAddr::new(peer.parse().unwrap(), 1), &headers).to_string()
        };
        assert_eq!(client("", "8.8.8.8", &["1.1.1.1"]), "8.8.8.8", "nobody is believed");
        assert_eq!(client("10.0.0.1", "10.0.0.1", &["1.1.1.1"]), "1.1.1.1");
        assert_eq!(client("10.0.0.1", "10.0.0.1", &["6.6.6.6, 1.1.1.1"]), "1.1.1.1", "forged");
        assert_eq!(client("10.0.0.0/8", "10.0.0.1", &["6.6.6.6, 1.1.1.1", "10.0.0.2"]), "1.1.1.1");
        assert_eq!(client("10.0.0.1", "10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn whoever_has_a_whole_network_of_the_new_kind_is_one() {
        let of = |it: &str| neighbourhood(it.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::"));
        assert_ne!(of("2001:db8:1:2::"), of("2001:db8:1:3::"));
        assert_eq!(of("1.2.3.4").to_string(), "1.2.3.4");
    }
}
