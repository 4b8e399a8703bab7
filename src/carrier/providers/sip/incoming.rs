//! A call that comes in: who calls is heard, talked with, and hung up on. Only the exchange brings calls,
//! so many at once and one from each number, for lines are there to call by.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rsipstack::{
    dialog::{
        dialog::{DialogState, DialogStateReceiver},
        invite_dialog::InviteDialog,
    },
    sip::{Header, HeadersExt as _, Param, Request, StatusCode, ToTypedHeader as _},
    transaction::transaction::Transaction,
};
use tokio::{
    net::UdpSocket,
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    in_call::{OwnSound, agree, open},
    line::{SipLine, refuse},
    media, sdp,
    talk::Conversation,
    voice::Voice,
};
use crate::{
    carrier::SharedListener,
    model::{messages::calls_in::CallIn, phone::Phone},
};

/// So long may it take to hang up.
const GOODBYE: Duration = Duration::from_secs(2);

/// So long may it take to confirm that we picked up; the library gives up before (64*T1).
const CONFIRMS_WITHIN: Duration = Duration::from_secs(40);

/// Who calls in right now.
#[derive(Debug)]
pub(super) struct Callers {
    free: Arc<Semaphore>,
    numbers: Arc<Mutex<HashSet<Phone>>>,
}

/// Somebody who may call in, until this is dropped.
pub(super) struct AdmittedCaller {
    _permits: Vec<OwnedSemaphorePermit>,
    number: Option<Phone>,
    numbers: Arc<Mutex<HashSet<Phone>>>,
}

impl Callers {
    /// Half of the lines at most: calls of our own must not wait for those who call.
    pub(super) fn on(lines: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(lines / 2)), numbers: Arc::default() }
    }

    /// Lets somebody call, when there is room also on all of these lines.
    pub(super) fn admit(
        &self,
        number: Option<Phone>,
        lines: [&Arc<Semaphore>; 2],
    ) -> Option<AdmittedCaller> {
        let mut permits = vec![];
        for room in [&self.free].into_iter().chain(lines) {
            permits.push(room.clone().try_acquire_owned().ok()?);
        }
        if let Some(number) = &number
            && !lock(&self.numbers).insert(number.clone())
        {
            return None;
        }
        Some(AdmittedCaller { _permits: permits, number, numbers: self.numbers.clone() })
    }
}

impl Drop for AdmittedCaller {
    fn drop(&mut self) {
        if let Some(number) = &self.number {
            lock(&self.numbers).remove(number);
        }
    }
}

fn lock(numbers: &Mutex<HashSet<Phone>>) -> std::sync::MutexGuard<'_, HashSet<Phone>> {
    numbers.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Somebody who calls.
pub(super) struct IncomingCall {
    pub(super) line: Arc<SipLine>,
    pub(super) voice: Arc<Voice>,
    pub(super) listener: SharedListener,
    pub(super) request: Transaction,
    pub(super) from: Option<Phone>,
    /// Everything is to end.
    pub(super) closing: CancellationToken,
}

impl IncomingCall {
    /// Answers it, talks, and hangs up.
    pub(super) async fn run(self) {
        let Self { line, voice, listener, mut request, from, closing } = self;
        let (tell, states) = line.layer.new_dialog_state_channel();
        let (credential, contact) = (line.credential(), line.contact().ok());
        let dialog = line.layer.get_or_create_server_invite(&request, tell, credential, contact);
        let Ok(dialog) = dialog else {
            return refuse(request, StatusCode::CallTransactionDoesNotExist).await;
        };
        let mut handler = dialog.clone();
        let handling = tokio::spawn(async move {
            if let Err(why) = handler.handle(&mut request).await {
                tracing::debug!(%why, "a call that came in");
            }
        });
        let talking = Talking { line: &line, voice: &voice, listener, from, closing };
        match talking.hold(&dialog, states).await {
            Ok(()) => {
                if timeout(GOODBYE, dialog.bye()).await.is_err() {
                    tracing::debug!("the exchange did not say good-bye");
                }
            }
            Err(status) => drop(dialog.reject(Some(status), None)),
        }
        // What was answered last is still to be confirmed.
        let _ = timeout(GOODBYE, handling).await;
        line.layer.remove_dialog(&dialog.id());
    }
}

struct Talking<'a> {
    line: &'a SipLine,
    voice: &'a Voice,
    listener: SharedListener,
    from: Option<Phone>,
    closing: CancellationToken,
}

impl Talking<'_> {
    /// # Errors
    /// With which the call is turned away.
    async fn hold(
        self,
        dialog: &InviteDialog,
        mut states: DialogStateReceiver,
    ) -> Result<(), StatusCode> {
        let failed = |_| StatusCode::ServerInternalError;
        dialog.ringing(None, None).map_err(failed)?;
        let call = CallIn { from: self.from.clone(), about: None, pressed: None };
        let first = self.listener.called(&call).await;
        let first = first.ok_or(StatusCode::TemporarilyUnavailable)?;
        let SipLine { own, config, .. } = self.line;
        let socket = media::open(own.ip(), config.sound_ports).await;
        let socket = socket.map_err(|_| StatusCode::BusyHere)?;
        let (number, offered) = (number_of(dialog), dialog.initial_request().body);
        let described = describe(&socket, number, &offered)?;
        let headers = vec![Header::ContentType("application/sdp".into())];
        let body = described.clone().into_bytes();
        dialog.accept(Some(headers), Some(body)).map_err(failed)?;
        if !timeout(CONFIRMS_WITHIN, is_confirmed(&mut states)).await.unwrap_or(false) {
            return Ok(());
        }
        let theirs = match offered.is_empty() {
            true => dialog.last_remote_ack().map(|ack| ack.body).unwrap_or_default(),
            false => offered,
        };
        let Some(agreed) = agree(&theirs).await else { return Ok(()) };
        let own = OwnSound { socket, described, number };
        let (media, following) = open(self.line, states, own, agreed, self.closing.child_token());
        let talk = Conversation { media, config, voice: self.voice };
        talk.receive(call, first, &*self.listener).await;
        following.abort();
        Ok(())
    }
}

/// Our side of the sound. Who says nothing of theirs wants to hear what we offer, and says it in the ACK.
fn describe(socket: &UdpSocket, number: u32, offered: &[u8]) -> Result<String, StatusCode> {
    let here = socket.local_addr().map_err(|_| StatusCode::BusyHere)?;
    if offered.is_empty() {
        return Ok(sdp::offer(here, number, 1));
    }
    let answer = sdp::answer(here, number, &String::from_utf8_lossy(offered));
    answer.ok_or(StatusCode::NotAcceptableHere)
}

/// Waits until the other side knows that we picked up; not when it gave up meanwhile.
async fn is_confirmed(states: &mut DialogStateReceiver) -> bool {
    while let Some(state) = states.recv().await {
        match state {
            DialogState::Confirmed(..) => return true,
            DialogState::Terminated(..) => return false,
            _ => {}
        }
    }
    false
}

/// A number that tells this call from others.
fn number_of(dialog: &InviteDialog) -> u32 {
    let mut hasher = DefaultHasher::new();
    dialog.id().call_id.hash(&mut hasher);
    (hasher.finish() >> 32) as u32
}

/// From which address a request really came. Wherever that differs from what the top Via says, the
/// library notes it there together with the port; without the port it stands there by the sender's word.
pub(super) fn source(request: &Request) -> Option<IpAddr> {
    let via = request.via_header().ok()?.first_value().ok()?.typed().ok()?;
    let is_noted = via.params.iter().any(|param| matches!(param, Param::Rport(Some(_))));
    let received = via.params.iter().find_map(|param| match param {
        Param::Received(received) => Some(received.value().trim_matches(['[', ']']).to_owned()),
        _ => None,
    });
    match received.filter(|_| is_noted) {
        Some(received) => received.parse().ok(),
        None => IpAddr::try_from(via.uri.host_with_port.host).ok(),
    }
}

/// The number that calls: as the exchange asserts it, or else as it stands in From. `plus` is what is
/// dialled for a plus.
pub(super) fn caller(request: &Request, plus: &str) -> Option<Phone> {
    let asserted = request.headers.iter().filter_map(|header| match header {
        Header::PAssertedIdentity(identity) => Some(unquoted(identity.value())),
        _ => None,
    });
    let asserted: Vec<String> = asserted.collect();
    if asserted.is_empty() {
        return number(&unquoted(request.from_header().ok()?.value()), plus);
    }
    asserted.iter().flat_map(|some| some.split(',')).find_map(|one| number(one, plus))
}

/// Without names between quotes, which could hold anything.
fn unquoted(text: &str) -> String {
    let (mut bare, mut is_quoted, mut is_escaped) = (String::new(), false, false);
    for c in text.chars() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            c if !is_quoted => bare.push(c),
            _ => {}
        }
    }
    bare
}

fn number(address: &str, plus: &str) -> Option<Phone> {
    let address = address.split_once('<').map_or(address, |(_, address)| address);
    let (_, user) = address.trim().split_once(':')?;
    let user = user.split(['@', ';', '>']).next()?.replace("%2B", "+").replace("%2b", "+");
    let user: String = user.chars().filter(|c| !"-.()".contains(*c)).collect();
    if !user.strip_prefix('+').unwrap_or(&user).bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let dialled = user.strip_prefix(plus).map(|digits| format!("+{digits}"));
    Phone::from_operator(&user).or_else(|| dialled?.parse().ok())
}

#[cfg(test)]
mod tests {
    use rsipstack::{
        sip::{SipMessage, Transport},
        transport::SipConnection,
    };

    use super::*;

    const JAN: &str = "+31612345678";

    fn request(via: &str, headers: &str) -> Request {
        let text = format!(
            "INVITE sip:wacht@10.0.0.5 SIP/2.0\r\nVia: SIP/2.0/UDP {via};branch=z9hG4bKx\r\n\
             To: <sip:wacht@10.0.0.5>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n{headers}\r\n\
             Content-Length: 0\r\n\r\n"
        );
        Request::try_from(text).unwrap()
    }

    fn from(headers: &str) -> Option<String> {
        caller(&request("10.0.0.9:5060", headers), "000").map(|phone| phone.to_string())
    }

    #[test]
    fn a_number_is_read_in_every_form_and_the_exchange_knows_better_than_from() {
        for user in ["+31612345678", "0612345678", "31612345678", "0031612345678", "00031612345678"]
        {
            let headers = format!("From: \"J. Bakker\" <sip:{user}@pbx.nl;user=phone>;tag=1");
            assert_eq!(from(&headers).as_deref(), Some(JAN), "{user}");
        }
        for headers in [
            "From: <sip:anonymous@anonymous.invalid>;tag=1\r\n\
             P-Asserted-Identity: \"Jan\" <sip:+31612345678@pbx.nl>",
            "From: <sip:+31611223344@pbx.nl>;tag=1\r\nP-Asserted-Identity: <tel:+31612345678>",
            "From: sip:0612345678@pbx.nl;tag=1",
            "From: <tel:+31-6-12345678>;tag=1",
            "From: <sip:%2B31612345678@pbx.nl>;tag=1",
            "From: \"<sip:+31611223344@pbx.nl>\" <sip:+31612345678@pbx.nl>;tag=1",
            "From: \"a\\\"<sip:+31611223344@pbx.nl>\" <sip:+31612345678@pbx.nl>;tag=1",
        ] {
            assert_eq!(from(headers).as_deref(), Some(JAN), "{headers}");
        }
        for nobody in ["anonymous", "Jan", "101", "+", "+31612345678x"] {
            assert_eq!(from(&format!("From: <sip:{nobody}@pbx.nl>;tag=1")), None, "{nobody}");
        }
        let asserted = "From: <sip:+31612345678@pbx.nl>;tag=1\r\n\
            P-Asserted-Identity: <sip:anonymous@pbx.nl>";
        assert_eq!(from(asserted), None, "what the exchange withholds is not taken from elsewhere");
    }

    #[test]
    fn where_a_request_came_from_is_not_what_its_sender_claims() {
        let came = |via: &str, from: &str| {
            let message = request(via, "From: <sip:x@y.nl>;tag=1").into();
            let from = from.parse().unwrap();
            match SipConnection::update_msg_received(message, from, Transport::Udp).unwrap() {
                SipMessage::Request(request) => source(&request).map(|ip| ip.to_string()),
                SipMessage::Response(_) => None,
            }
        };
        for via in [
            "10.0.0.9:5060",
            "10.0.0.9",
            "pbx.nl:5060",
            "10.0.0.9:5060;rport",
            "192.0.2.1:5060;rport;received=192.0.2.1",
            "10.0.0.9:5060;received=192.0.2.1",
            "10.0.0.9:5060;rport=5060;received=192.0.2.1",
        ] {
            assert_eq!(came(via, "10.0.0.9:5060").as_deref(), Some("10.0.0.9"), "{via}");
        }
        assert_eq!(came("[fd00::1]:5060", "[fd00::9]:5060").as_deref(), Some("fd00::9"));
    }

    #[test]
    fn half_of_the_lines_are_for_who_calls_and_one_for_each_number() {
        let lines = [Arc::new(Semaphore::new(4)), Arc::new(Semaphore::new(3))];
        let (lines, callers) = ([&lines[0], &lines[1]], Callers::on(4));
        let (jan, ruud) = (JAN.parse().ok(), "+31611223344".parse().ok());
        let first = callers.admit(jan.clone(), lines).unwrap();
        assert!(callers.admit(jan.clone(), lines).is_none(), "he is on the phone");
        let second = callers.admit(ruud, lines).unwrap();
        assert!(callers.admit(None, lines).is_none(), "the others are for our own calls");
        drop(first);
        let again = callers.admit(jan, lines).unwrap();
        assert_eq!((lines[0].available_permits(), lines[1].available_permits()), (2, 1));
        drop((second, again));
        assert!(callers.admit(None, lines).is_some());
        assert!(Callers::on(1).admit(None, lines).is_none());
    }
}
