//! What somebody decides on an incident: as advised, or otherwise with a reason.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    incident::{Assessment, Decision, Incident, IncidentFault, Stage},
    report::optional,
};
use crate::model::{
    clock::Instant,
    ids::{EntryId, PersonId},
    incidents::{
        advice::{First, Reaction},
        policy::Policy,
    },
    input::faults::Faults,
    people::Named,
    register::{ContactInput, Entry, EntryInput, Limits, Measure},
};

/// A decision as it comes in.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DecisionInput {
    #[schema(required, nullable = false, value_type = Reaction)]
    pub reaction: Option<String>,
    /// Required to depart from the advice.
    #[schema(nullable = false, max_length = 2000)]
    pub because: Option<String>,
    #[schema(nullable = false)]
    pub letter: Option<LetterInput>,
}

/// The terms of a letter. What is left out is as the policy has it.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LetterInput {
    #[schema(nullable = false, format = Date)]
    pub from: Option<String>,
    #[schema(nullable = false, format = Date)]
    pub until: Option<String>,
    #[schema(nullable = false, format = Date)]
    pub review_on: Option<String>,
    /// Observable facts: what happened, when.
    #[schema(required, nullable = false, min_length = 1, max_length = 4000)]
    pub reason: Option<String>,
    /// Which way to the municipality stays open; required for a ban.
    #[schema(nullable = false, max_length = 300)]
    pub open_channel: Option<String>,
    /// Who may speak for the resident.
    #[schema(nullable = false, max_length = 300)]
    pub representative: Option<String>,
    #[schema(required, nullable = false, value_type = ContactInput)]
    pub contact: Option<Value>,
}

/// What a decision is made with.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    pub policy: &'a Policy,
    /// The id for an entry, should one be needed.
    pub entry: EntryId,
    pub now: Instant,
    /// The day where the municipality is.
    pub today: NaiveDate,
}

impl Incident {
    /// Decides. A letter is a proposal for the register, which somebody else has to approve.
    ///
    /// # Errors
    /// When it was not assessed or was decided, the decider was involved, the advice is departed
    /// from without a reason, or the letter has faults.
    pub fn decide(
        self,
        input: &DecisionInput,
        by: Named,
        bench: &Bench<'_>,
    ) -> Result<(Self, Option<Entry>), IncidentFault> {
        self.may_change(by.id)?;
        let Stage::Assessed { assessment } = &self.stage else {
            return Err(IncidentFault::NotAssessed);
        };
        let mut faults = Faults::default();
        let reaction = input.reaction.as_deref().map(|r| serde_json::from_value(r.into()));
        let reaction: Option<Reaction> = reaction.and_then(Result::ok);
        let names = "none, talk, warning-letter or contact-ban";
        faults.require(reaction.is_some(), "reaction", "invalid", names);
        let because = optional("because", input.because.as_deref(), 2000, &mut faults);
        let departs = reaction.is_some_and(|r| assessment.departs(r));
        let why = "is required: this is not what the policy prescribes now";
        faults.require(!departs || because.is_some(), "because", "required", why);
        let measure = reaction.and_then(Reaction::measure);
        let entry = match measure {
            Some(measure) => self.propose(measure, input, by.id, bench, &mut faults),
            None => None,
        };
        faults.done().map_err(IncidentFault::Input)?;
        let Some(reaction) = reaction else { return Err(IncidentFault::Input(vec![])) };
        let decision = Decision {
            reaction,
            departs_because: because.filter(|_| departs),
            by,
            at: bench.now,
            entry: entry.as_ref().map(|e| e.id),
        };
        let assessment = assessment.clone();
        Ok((Self { stage: Stage::Decided { assessment, decision }, ..self }, entry))
    }

    fn propose(
        &self,
        measure: Measure,
        input: &DecisionInput,
        by: PersonId,
        bench: &Bench<'_>,
        faults: &mut Faults,
    ) -> Option<Entry> {
        let letter = input.letter.clone().unwrap_or_default();
        let mut part = Faults::default();
        let given = letter.open_channel.as_deref().is_some_and(|text| !text.trim().is_empty());
        let why = "is required: basic services can always be reached some way";
        let needed = measure == Measure::ContactBan && !given;
        part.require(!needed, "openChannel", "required", why);
        let limits = Limits::of(bench.policy);
        let asked = self.entry_input(measure, &letter, bench);
        let proposed = Entry::propose(bench.entry, &asked, limits, by, bench.now, bench.today);
        let entry = proposed.map_err(|found| part.0.extend(found)).ok();
        faults.nest("letter", part.0);
        let mut entry = entry?;
        entry.dossier.incident = Some(self.id);
        entry.dossier.reporter = Some(self.reporter.id);
        Some(entry)
    }

    fn entry_input(&self, measure: Measure, letter: &LetterInput, b: &Bench<'_>) -> EntryInput {
        let resident = &self.report.resident;
        let from = letter.from.clone().unwrap_or_else(|| b.today.to_string());
        let after = |months: u32| {
            let day = from.parse::<NaiveDate>().ok()?.checked_add_months(Months::new(months));
            day.map(|day| day.to_string())
        };
        let term = match measure {
            Measure::WarningLetter => b.policy.warning_months,
            Measure::ContactBan => b.policy.ban_months,
        };
        let until = letter.until.clone().or_else(|| after(term));
        let review = after(b.policy.review_months).min(until.clone());
        let contact: Option<_> =
            letter.contact.clone().and_then(|c| serde_json::from_value(c).ok());
        let address = serde_json::to_value(&resident.address).and_then(serde_json::from_value);
        EntryInput {
            name: Some(resident.name.clone()),
            birth_date: resident.birth_date.map(|day| day.to_string()),
            addresses: address.ok().flatten().into_iter().collect(),
            measure: serde_json::to_value(measure).ok().and_then(|m| m.as_str().map(Into::into)),
            review_on: letter.review_on.clone().or(review),
            from: Some(from),
            until,
            reason: letter.reason.clone(),
            contact: contact.unwrap_or_default(),
            open_channel: letter.open_channel.clone(),
            representative: letter.representative.clone(),
        }
    }
}

impl Assessment {
    /// Whether this is not what the policy prescribes now. What it says comes first has to have
    /// happened: no letter before the call.
    fn departs(&self, reaction: Reaction) -> bool {
        let too_early = reaction == Reaction::WarningLetter
            && self.advice.first.contains(&First::OmbudsmanCall);
        reaction != self.advice.reaction || too_early
    }
}
