//! Looks names of hosts up for connections that a specification asked for: what [`AddressRules`] do not allow is not
//! an answer. The connection is made to what was checked, since whoever connects asks here and nobody else.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::addresses::{AddressError, AddressRules};

/// For a client's `dns_resolver`. An address in digits is never looked up: it is checked as text before.
#[derive(Debug, Clone)]
pub struct CheckedNames(Arc<AddressRules>);

impl CheckedNames {
    /// One that answers as far as the rules allow.
    pub fn new(rules: AddressRules) -> Self {
        Self(Arc::new(rules))
    }

    /// What a host may be reached at, of what it was found to be.
    fn checked(&self, host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, AddressError> {
        let addresses: Vec<IpAddr> = found.iter().map(SocketAddr::ip).collect();
        self.0.check_found(host, &addresses).map(|()| found)
    }
}

impl Resolve for CheckedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let own = self.clone();
        Box::pin(async move {
            // The port is the connection's business; any will do for looking up.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let checked = own.checked(name.as_str(), found)?;
            Ok(Box::new(checked.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    fn look_up(rules: AddressRules) -> Result<usize, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let found = CheckedNames::new(rules).resolve(Name::from_str("localhost").unwrap());
        runtime.block_on(found).map(Iterator::count).map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_of_this_machine_has_no_address_unless_the_operator_says_so() {
        assert_eq!(look_up(AddressRules::default()), Err(AddressError::Host.to_string()));
        let hosts = vec!["localhost".to_owned()];
        assert!(look_up(AddressRules { hosts, ..AddressRules::default() }).is_ok_and(|found| found > 0));
    }

    #[test]
    fn no_connection_is_made_to_what_was_not_allowed() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let get = |rules: AddressRules| {
            let client = reqwest::Client::builder().dns_resolver(Arc::new(CheckedNames::new(rules)));
            let client = client.timeout(std::time::Duration::from_millis(500)).build().unwrap();
            let asked = client.get(format!("http://localhost:{port}/"));
            drop(runtime.block_on(async { asked.send().await }));
            listener.accept().is_ok()
        };
        assert!(!get(AddressRules::default()));
        let hosts = vec!["localhost".to_owned()];
        assert!(get(AddressRules { hosts, ..AddressRules::default() }), "the test would see one");
    }
}
