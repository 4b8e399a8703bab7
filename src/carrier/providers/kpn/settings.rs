//! A project with KPN: its settings, and whether they can work.

use std::time::Duration;

use crate::{
    carrier::setup::{Misconfigured, Secret, SetupFaults},
    model::phone::Phone,
};

/// Where KPN lives.
const KPN: &str = "https://api-prd.kpn.com";

/// The longest that one try may take, its token included.
const TRY_LIMIT: Duration = Duration::from_secs(10);

/// KPN takes no sender that is longer.
const LONGEST_SENDER: usize = 11;

/// A key that is shorter could be guessed.
const SHORTEST_KEY: usize = 16;

/// A project with KPN.
#[derive(Clone, Debug)]
pub struct KpnConfig {
    /// The project's id.
    pub client_id: String,
    /// The project's secret.
    pub client_secret: Secret,
    /// The keys with which KPN signs what it brings: more than one while they are being changed.
    pub webhook_keys: Vec<Secret>,
    /// Who texts: a name or a short code.
    pub sender: String,
    /// The number to which people text, when KPN brings that here.
    pub inbound_number: Option<Phone>,
    /// Where KPN's interface lives.
    pub base_url: String,
    /// Where we live, as KPN sees us.
    pub public_url: String,
    /// The longest that one try may take.
    pub try_limit: Duration,
}

impl KpnConfig {
    /// KPN's own address.
    pub fn new(
        client_id: &str,
        client_secret: Secret,
        webhook_keys: Vec<Secret>,
        sender: &str,
        public_url: &str,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret,
            webhook_keys,
            sender: sender.into(),
            inbound_number: None,
            base_url: KPN.into(),
            public_url: public_url.into(),
            try_limit: TRY_LIMIT,
        }
    }

    pub(super) fn checked(mut self) -> Result<Self, Misconfigured> {
        let mut faults = SetupFaults::default();
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        faults.unless(plain(&self.client_id), "KPN's client id must be of plain letters");
        faults.unless(plain(self.client_secret.expose()), "KPN's client secret is missing");
        faults.unless(
            !self.webhook_keys.is_empty()
                && self.webhook_keys.iter().all(|key| key.expose().len() >= SHORTEST_KEY),
            "KPN's webhook keys must be of 16 or more letters",
        );
        let letters = |b: u8| b.is_ascii_alphanumeric() || b == b' ';
        faults.unless(
            (1..=LONGEST_SENDER).contains(&self.sender.len()) && self.sender.bytes().all(letters),
            "KPN's sender must be of 1 to 11 letters, digits and spaces",
        );
        self.base_url = faults.service_url("KPN's address", &self.base_url);
        self.public_url = faults.service_url("The public address", &self.public_url);
        faults.none().map(|()| self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::carrier::providers::kpn::Kpn;

    fn config() -> KpnConfig {
        let key = Secret::new("not-a-real-key-7c1e");
        let secret = Secret::new("geheim");
        KpnConfig::new("rugdekking", secret, vec![key], "Gemeente", "https://veilig.nl/")
    }

    #[test]
    fn all_faults_in_the_settings_are_told_at_once_without_a_secret() {
        let mut bad = config();
        bad.client_id = "a b".into();
        bad.client_secret = Secret::new("");
        bad.webhook_keys = vec![Secret::new("kort-geheim")];
        bad.sender = "+3197010200000".into();
        bad.base_url = "http://api-prd.kpn.com".into();
        bad.public_url = "veilig.nl".into();
        let told = Kpn::new(bad).unwrap_err();
        assert_eq!(told.0.len(), 6, "{told}");
        let shown = format!("{told} {:?}", Kpn::new(config()).unwrap());
        assert!(!shown.contains("geheim") && !shown.contains("not-a-real"), "{shown}");
    }

    #[test]
    fn a_sender_fits_what_kpn_takes() {
        let takes = |sender: &str| {
            let sender = sender.into();
            Kpn::new(KpnConfig { sender, ..config() }).is_ok()
        };
        for good in ["Gemeente", "KPN API", "3669", "Rugdekking1"] {
            assert!(takes(good), "{good}");
        }
        for bad in ["", "Rugdekking12", "Gemeente\n", "Één", "+31612345"] {
            assert!(!takes(bad), "{bad}");
        }
    }
}
