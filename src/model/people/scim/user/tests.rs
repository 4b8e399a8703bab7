//! What the directory says becomes an account, and an account is shown as the directory said it.

use super::*;
use crate::model::{ids::PersonId, people::Mobile};

fn read(given: Value) -> Result<UserSaid, ScimRefused> {
    UserSaid::read(given.as_object().unwrap())
}

fn person() -> Person {
    Person {
        id: PersonId(uuid::Uuid::nil()),
        name: "Jan Bakker".into(),
        email: "jan@enschede.nl".into(),
        roles: vec![Role::Worker],
        mobile: Some(Mobile {
            number: "+31612345678".parse().unwrap(),
            verified_at: None,
            opted_out_at: None,
        }),
        language: Language::Nl,
        button: None,
        pins: None,
        active: true,
    }
}

#[test]
fn what_means_something_here_is_read() {
    let said = read(json!({ "userName": "j.bakker@enschede.onmicrosoft.com",
        "name": { "formatted": "Jan Bakker" }, "preferredLanguage": "en-GB", "active": "False",
        "emails": [{ "value": "jan@thuis.nl", "type": "home" },
            { "value": "Jan@Enschede.nl", "type": "work" }],
        "phoneNumbers": [{ "value": "053 481 8181", "type": "work" },
            { "value": "tel:+31-6-12345678", "type": "mobile" }],
        "roles": [{ "value": "manager" }, { "value": "worker" }] }))
    .unwrap();
    assert_eq!((said.name.as_str(), said.email.as_str()), ("Jan Bakker", "jan@enschede.nl"));
    assert_eq!(said.mobile.unwrap().as_str(), "+31612345678");
    assert_eq!(said.kept["phoneNumbers"][0]["value"], "+31534818181");
    assert_eq!(said.roles, [Role::Worker, Role::Manager]);
    assert_eq!((said.language, said.active), (Some(Language::En), Some(false)));
}

#[test]
fn little_is_enough_when_the_name_is_a_mail_address() {
    let said = read(json!({ "userName": "jan@enschede.nl" })).unwrap();
    assert_eq!((said.name.as_str(), said.email.as_str()), ("jan@enschede.nl", "jan@enschede.nl"));
    assert_eq!((said.mobile, said.roles, said.active), (None, vec![], None));
}

#[test]
fn everything_that_is_wrong_is_told_and_no_value_is_repeated() {
    let refused = read(json!({ "userName": "jan", "phoneNumbers": [{ "value": "112" },
        { "value": "0534818181", "type": "mobile" }], "roles": [{ "value": "king" }] }))
    .unwrap_err();
    assert_eq!(refused.kind, RefusalKind::InvalidValue);
    for field in ["emails.value", "phoneNumbers[0].value", "phoneNumbers[1].value", "roles[0]"] {
        assert!(refused.detail.contains(field), "{field}: {refused}");
    }
    assert!(!refused.detail.contains("112") && !refused.detail.contains("king"), "{refused}");
}

#[test]
fn an_account_is_shown_as_it_was_said_and_is_read_back_as_the_same() {
    let given = json!({ "userName": "jan", "displayName": "Jan Bakker", "externalId": "7",
        "emails": [{ "value": "Jan@enschede.nl", "type": "work" }], "active": true,
        "phoneNumbers": [{ "value": "+31612345678", "type": "mobile", "primary": true }],
        "preferredLanguage": "nl-NL", "roles": [{ "value": "worker", "display": "Medewerker" }] });
    let said = read(given.clone()).unwrap();
    assert_eq!(Value::Object(show(&person(), Some(&said.kept))), given);
    // What was changed here since is shown as it is here.
    let changed = Person { name: "J. Smit".into(), roles: vec![], mobile: None, ..person() };
    let shown = show(&changed, Some(&said.kept));
    assert_eq!(shown["displayName"], "J. Smit");
    assert!(!shown.contains_key("roles") && !shown.contains_key("phoneNumbers"));
    assert_eq!(shown["externalId"], "7");
    // Of whom the directory never said anything all is shown.
    let plain = show(&person(), None);
    let said = UserSaid::read(&plain).unwrap();
    assert_eq!((said.name, said.email), (person().name, person().email));
    assert_eq!((said.mobile, said.roles), (person().mobile.map(|m| m.number), person().roles));
}
