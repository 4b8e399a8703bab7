"""Something of everything in the demo, so that there is something to be looked at, changed and spoilt."""

import datetime
import os

import requests

HERE = {"street": "Beukenlaan", "houseNumber": 12, "postcode": "7523 KD", "city": "Enschede"}
CONTACT = {"name": "Els de Groot", "phone": "+31633445566"}

NOW = datetime.datetime.now(datetime.UTC)


def at(minutes):
    return (NOW + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(days):
    return (NOW + datetime.timedelta(days=days)).strftime("%Y-%m-%d")


# What people give for a field, wherever it stands.
SENSIBLE = {
    "address": HERE, "addresses": [HERE], "contact": CONTACT, "birthDate": "1980-02-03", "mobile": "+31612345678",
    "startsAt": at(30), "expectedMinutes": 45, "checkInTimes": [], "tappedAt": None, "happenedAt": at(-30), "at": at(1500),
    "from": day(0), "until": day(150), "reviewOn": day(80), "receivedOn": day(-3), "toldOn": day(0), "sentOn": day(0),
    "deliveredOn": day(0), "date": day(0), "behaviourDates": [day(-1)], "pin": "3580", "duressPin": "7046",
    "residents": [{"name": "J. de Wit", "address": HERE}], "resident": {"name": "J. de Wit", "address": HERE},
    "person": {"name": "Pieter Proef", "address": HERE}, "visitId": None, "alarmId": None, "teamId": None, "staff": None,
    "number": "06 12345678", "said": "I know where you live.", "complaintOnly": False, "districtOfficer": None,
    "entries": [], "email": "somebody@demo.rugdekking.example",
}


# What one operation asks for and another one does not.
MEANT = {"POST /drills": {"teamId": os.environ.get("TRIAL_TEAM")}}


def sign_in(url, persona):
    answer = requests.post(f"{url}/demo/sign-in", json={"persona": persona}, timeout=10)
    answer.raise_for_status()
    return answer.json()["token"]


def live(url):
    """One day: visits in every state, an alarm, an incident with its care, a measure, a request, an import."""
    day = Day(url)
    day.ask("worker", "PUT", "/me/pins", json={"pin": "3580", "duressPin": "7046"})
    planned, under_way, alarmed, ended = (day.visit(n) for n in range(4))
    for visit in (under_way, alarmed, ended):
        day.post("worker", f"/visits/{visit}/start", {})
    day.post("worker", f"/visits/{ended}/end", {"pin": "3580"})
    day.post("worker", f"/visits/{alarmed}/alarm", {})
    day.post("worker", f"/visits/{alarmed}/alarm", {})
    for _ in range(2):
        day.incident(ended)
    day.post("manager", "/drills", {"teamId": day.team()})
    entry = day.measure()
    day.post("desk2", f"/register-entries/{entry}/approval", {})
    day.measure()
    for kind in ("access", "removal"):
        day.request(kind)
    day.post("worker", "/me/push-subscriptions", day.device())
    day.file()
    return day.team()


class Day:
    def __init__(self, url):
        self.url, self.tokens = url, {}

    def ask(self, who, method, path, **more):
        if who not in self.tokens:
            self.tokens[who] = sign_in(self.url, who)
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} | more.pop("headers", {})
        answer = requests.request(method, f"{self.url}/v1{path}", headers=headers, timeout=10, **more)
        if not answer.ok:
            raise RuntimeError(f"{who} {method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def post(self, who, path, body):
        return self.ask(who, "POST", path, json=body)

    def team(self):
        return self.ask("manager", "GET", "/teams")["items"][0]["id"]

    def visit(self, number):
        return self.post("worker", "/visits", {
            "kind": "home-visit", "startsAt": at(5), "expectedMinutes": 45, "mobile": "+31612345678",
            "residents": [{"name": f"J. de Wit {number}", "address": HERE}],
        })["id"]

    def incident(self, visit):
        return self.post("worker", "/incidents", {
            "visitId": visit, "how": "visit", "happenedAt": at(-30), "behaviour": "B", "said": "I know where you live.",
            "resident": {"name": "J. de Wit", "address": HERE},
        })["id"]

    def measure(self):
        return self.post("desk", "/register-entries", {
            "name": "Pieter Proef", "birthDate": "1980-02-03", "addresses": [HERE], "measure": "warning-letter",
            "from": day(0), "until": day(150), "reviewOn": day(80),
            "reason": "He threatened the desk clerk.", "contact": CONTACT,
        })["id"]

    def request(self, kind):
        return self.post("desk", "/privacy-requests", {
            "kind": kind, "receivedOn": day(-3), "asked": "What is held on me?",
            "person": {"name": "Pieter Proef", "birthDate": "1980-02-03", "address": HERE},
        })["id"]

    def device(self):
        key = "BLn9b-VR0ca83knDNZ32dCHGyjJp-1riX9ZTN40MqV8K_LpQmLqxC_DoHvqvFXO_nGdAB4W9dogZb_sM-uV4JbY"
        return {"endpoint": "https://push.example.nl/x", "label": "Chrome",
                "keys": {"p256dh": key, "auth": "_ordMnz7uTCmrpBTeUV4Bw"}}

    def file(self):
        lines = [
            "name;birthDate;postcode;houseNumber;street;city;measure;from;until;reviewOn;reason;contactName;contactPhone",
            f"Karel Kaart;1975-05-06;7523 KD;14;Beukenlaan;Enschede;warning-letter;{day(0)};{day(150)};"
            f"{day(80)};He shouted.;Els de Groot;+31633445566",
        ]
        return self.ask("desk2", "POST", "/register-imports?dryRun=false&force=true", data="\n".join(lines).encode(),
                        headers={"Content-Type": "text/csv"})
