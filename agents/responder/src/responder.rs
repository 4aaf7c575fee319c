//! Responder: commands in, typed answers out, from a read model of valid snapshots and breakdowns, of why figures did not
//! come, of forecasts, the roster, the label's goals and what the models have learnt.

use std::sync::Arc;

use casa24_answers::{Answerer, ReadModelBuilder, TimeZone, TrendRules, has_chart};
use casa24_bus::{AnswerTag, Answers, Projection, Projects, Received, Runner, service};
use casa24_schemas::{
    Command, Event, Forecast, Goals, ModelWeights, Observed, RejectedSnapshot, RosterEntry, ValidBreakdown,
    ValidSnapshot,
};

use crate::label::Label;
use crate::reply::{Reply, reply};

/// Answers commands; projects everything from the bus when it starts.
pub struct Responder {
    builder: ReadModelBuilder,
    /// What is answered from, until something changes.
    label: Option<Arc<Label>>,
}

impl Responder {
    /// Name of the agent.
    pub const NAME: &'static str = "responder";

    /// The responder as the program runs it: findings follow these rules, and the label's days are those of a time zone.
    pub fn runner(rules: TrendRules, time_zone: TimeZone) -> Runner {
        let responder = move || Self {
            builder: ReadModelBuilder::new(rules).in_time_zone(time_zone.clone()),
            label: None,
        };
        service(Self::NAME, responder)
            .projects::<RosterEntry>("roster.*")
            .projects_newest::<Goals>("goals.label")
            .projects_newest::<Forecast>("forecast.>")
            .projects::<ModelWeights>("model.neural")
            .projects::<ValidBreakdown>("breakdown.valid.>")
            .projects::<ValidSnapshot>("snapshot.valid.>")
            .projects::<RejectedSnapshot>("snapshot.rejected.>")
            .answers::<Command, Reply>("command.*", "reply.*")
    }

    /// What is about to change: answers from before are let go first, so that nothing they hold has to be copied.
    fn changing(&mut self) -> &mut ReadModelBuilder {
        self.label = None;
        &mut self.builder
    }
}

impl Projection for Responder {
    type ReadModel = Label;

    fn read_model(&mut self) -> Arc<Label> {
        let model = self.builder.read_model();
        let known = self.label.take().filter(|known| Arc::ptr_eq(known.answerer().read_model(), &model));
        let label = known.unwrap_or_else(|| Arc::new(Label::new(Answerer::new(model))));
        Arc::clone(self.label.insert(label))
    }

    fn warm(label: &Label) {
        label.answerer().warm();
    }
}

impl Projects<RosterEntry> for Responder {
    fn apply(&mut self, entry: &Received<RosterEntry>) {
        let stored_on = Observed::instant(entry.stored.stored_at).date();
        self.changing().apply_roster_entry(stored_on, &entry.event);
    }
}

impl Projects<Goals> for Responder {
    fn apply(&mut self, goals: &Received<Goals>) {
        self.changing().apply_goals(&goals.event);
    }
}

impl Projects<Forecast> for Responder {
    fn apply(&mut self, forecast: &Received<Forecast>) {
        // What an earlier version of the program made was made by other rules: it is computed anew when it is asked for.
        if forecast.stored.schema_major.is_none_or(|major| major >= Forecast::SCHEMA.major) {
            self.changing().apply_forecast(&forecast.event);
        }
    }
}

impl Projects<ModelWeights> for Responder {
    fn apply(&mut self, weights: &Received<ModelWeights>) {
        if let Err(error) = self.changing().apply_weights(&weights.event) {
            let sequence = weights.stored.sequence;
            tracing::warn!(sequence, %error, "weights cannot be read and are skipped");
        }
    }
}

impl Projects<ValidBreakdown> for Responder {
    fn apply(&mut self, breakdown: &Received<ValidBreakdown>) {
        self.changing().apply_breakdown(&breakdown.event);
    }
}

impl Projects<ValidSnapshot> for Responder {
    fn apply(&mut self, snapshot: &Received<ValidSnapshot>) {
        self.changing().apply_snapshot(&snapshot.event);
    }
}

impl Projects<RejectedSnapshot> for Responder {
    fn apply(&mut self, rejected: &Received<RejectedSnapshot>) {
        self.changing().apply_rejected(&rejected.event);
    }
}

impl Answers<Command, Reply> for Responder {
    fn answer(command: &Command, label: &Label) -> Reply {
        reply(command, label.answerer())
    }

    fn tag(command: &Command, reply: &Reply, label: &Label) -> Option<AnswerTag> {
        Some(label.tag(command, reply))
    }

    fn known_tag(command: &Command, label: &Label) -> Option<AnswerTag> {
        label.known_tag(command)
    }

    fn is_expensive(command: &Command) -> bool {
        // Who can show a picture says so of every question.
        command.image && has_chart(&command.name)
    }
}
