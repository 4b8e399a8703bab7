//! The mail server: where it is, how the line to it is kept private, and who we are to it.

use std::fmt;

use lettre::{
    address::Envelope,
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Ehlo, Mail, Rcpt},
        extension::{ClientId, MailParameter, RcptParameter},
    },
};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::{
    carrier::setup::{Secret, SetupFaults},
    model::input::settings::is_this_machine,
};

#[derive(Debug)]
pub(super) struct Server {
    host: String,
    port: u16,
    tls: Tls,
    login: Option<(String, Secret)>,
}

enum Tls {
    FromTheStart(TlsParameters),
    Starttls(TlsParameters),
    None,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FromTheStart(_) => "FromTheStart",
            Self::Starttls(_) => "Starttls",
            Self::None => "None",
        })
    }
}

impl Server {
    /// Reads a server's address, as [`super::SmtpConfig::url`] describes it.
    pub(super) fn parse(
        given: &str,
        authority_pem: Option<&str>,
        faults: &mut SetupFaults,
    ) -> Option<Self> {
        let url = Url::parse(given).ok();
        let host = url.as_ref().and_then(Url::host_str).filter(|host| !host.is_empty());
        let (Some(url), Some(host)) = (&url, host) else {
            faults.unless(false, "The mail server's address must be smtps:// or smtp://");
            return None;
        };
        let host = host.trim_matches(['[', ']']).to_owned();
        let (tls, usual_port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Tls::FromTheStart(tls(&host, authority_pem, faults)?), 465),
            ("smtp", None | Some("tls=required")) => {
                (Tls::Starttls(tls(&host, authority_pem, faults)?), 587)
            }
            ("smtp", Some("tls=none")) if is_this_machine(url) => (Tls::None, 25),
            ("smtp", Some("tls=none")) => {
                faults.unless(false, "Mail without TLS is for a mail server on this machine only");
                return None;
            }
            _ => {
                faults.unless(false, "The mail server's address must be smtps:// or smtp://");
                return None;
            }
        };
        let login = url.password().map(|p| (decoded(url.username()), Secret::new(decoded(p))));
        let complete = login.is_some() || url.username().is_empty();
        faults.unless(complete, "The mail server's address has a user but no password");
        Some(Self { host, port: url.port().unwrap_or(usual_port), tls, login })
    }

    /// Opens a line: everything up to where a mail is spoken of.
    pub(super) async fn connect(&self) -> Result<SmtpLine, Error> {
        let (server, name) = ((self.host.as_str(), self.port), ClientId::default());
        let from_the_start = match &self.tls {
            Tls::FromTheStart(parameters) => Some(parameters.clone()),
            Tls::Starttls(_) | Tls::None => None,
        };
        let mut line =
            AsyncSmtpConnection::connect_tokio1(server, None, &name, from_the_start, None).await?;
        if let Tls::Starttls(parameters) = &self.tls {
            line.starttls(parameters.clone(), &name).await?;
        }
        if let Some((user, password)) = &self.login {
            let credentials = Credentials::new(user.clone(), password.expose().to_owned());
            line.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        // What it can is asked once more: the library keeps nothing of this one.
        let can = line.command(Ehlo::new(name)).await?;
        let reports = can.message().any(|it| it.trim().eq_ignore_ascii_case("DSN"));
        Ok(SmtpLine { talk: line, reports })
    }
}

/// A line to a mail server.
pub(super) struct SmtpLine {
    /// What is said on it.
    pub(super) talk: AsyncSmtpConnection,
    /// Whether the server reports what becomes of a mail, to its sender (RFC 3461).
    reports: bool,
}

/// Says that a mail comes, from whom and for whom, up to where the mail itself is to be said. Where
/// the server can, it is asked to report a mail by its id when it is late or does not arrive.
pub(super) async fn announce(
    line: &mut SmtpLine,
    envelope: &Envelope,
    id: &str,
) -> Result<(), Error> {
    let mut addresses = envelope.from().into_iter().chain(envelope.to());
    let ascii = addresses.all(|a| AsRef::<str>::as_ref(a).is_ascii());
    let mut parameters = if ascii { vec![] } else { vec![MailParameter::SmtpUtfEight] };
    if line.reports {
        let asks = [("RET", "HDRS"), ("ENVID", id)];
        parameters.extend(asks.map(|(keyword, value)| MailParameter::Other {
            keyword: keyword.into(),
            value: Some(value.into()),
        }));
    }
    line.talk.command(Mail::new(envelope.from().cloned(), parameters)).await?;
    for to in envelope.to() {
        let kind = if ascii { "rfc822" } else { "utf-8" };
        let original = format!("{kind};{to}");
        let asks = [("NOTIFY", "FAILURE,DELAY"), ("ORCPT", original.as_str())];
        let asks = asks.map(|(keyword, value)| RcptParameter::Other {
            keyword: keyword.into(),
            value: Some(value.into()),
        });
        let parameters = if line.reports { asks.to_vec() } else { vec![] };
        line.talk.command(Rcpt::new(to.clone(), parameters)).await?;
    }
    line.talk.command(Data).await.map(|_| ())
}

fn tls(host: &str, authority_pem: Option<&str>, faults: &mut SetupFaults) -> Option<TlsParameters> {
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(pem) = authority_pem {
        match Certificate::from_pem(pem.as_bytes()) {
            Ok(authority) => parameters = parameters.add_root_certificate(authority),
            Err(_) => {
                faults.unless(false, "The mail server's authority is not a PEM certificate");
                return None;
            }
        }
    }
    let built = parameters.build().ok();
    faults.unless(built.is_some(), "TLS with the mail server cannot be set up");
    built
}

fn decoded(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Smtp, SmtpConfig},
        *,
    };
    use crate::carrier::setup::Misconfigured;

    fn set_up(url: &str) -> Result<Smtp, Misconfigured> {
        Smtp::new(&SmtpConfig::new(Secret::new(url), "Rugdekking <wacht@voorbeeld.nl>"))
    }

    fn parse(url: &str) -> Server {
        Server::parse(url, None, &mut SetupFaults::default()).unwrap()
    }

    #[test]
    fn servers_are_given_as_addresses() {
        let server = parse("smtps://piet%40x.nl:p%2Fw@mail.x.nl");
        assert_eq!((server.host.as_str(), server.port), ("mail.x.nl", 465));
        assert!(matches!(server.tls, Tls::FromTheStart(_)));
        assert_eq!(server.login, Some(("piet@x.nl".into(), Secret::new("p/w"))));
        let server = parse("smtp://mail.x.nl");
        assert_eq!(server.port, 587);
        assert!(matches!(server.tls, Tls::Starttls(_)));
        let server = parse("smtp://[::1]:2525?tls=none");
        assert_eq!((server.host.as_str(), server.port), ("::1", 2525));
        assert!(matches!(server.tls, Tls::None));
    }

    #[test]
    fn mail_leaves_this_machine_under_tls_only() {
        assert!(set_up("smtp://127.0.0.1:2525?tls=none").is_ok());
        for bad in [
            "smtp://mail.x.nl?tls=none",
            "smtp://mail.x.nl?tls=opportunistic",
            "smtps://mail.x.nl?tls=none",
            "https://mail.x.nl",
            "mail.x.nl:25",
            "smtp://user@mail.x.nl",
        ] {
            assert!(set_up(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn all_faults_are_told_at_once_and_the_password_never() {
        let mut config = SmtpConfig::new(Secret::new("smtp://a:geheim@x.nl?tls=none"), "nobody");
        config.authority_pem = Some("-----BEGIN CERTIFICATE-----\nnonsense".into());
        let told = Smtp::new(&config).unwrap_err();
        assert!(told.0.len() >= 2, "{told}");
        assert!(!told.to_string().contains("geheim"));
        let shown = format!("{config:?} {:?}", set_up("smtps://a:geheim@x.nl").unwrap());
        assert!(!shown.contains("geheim"), "{shown}");
    }
}
