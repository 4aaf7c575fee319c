//! The agents of the program: one line each.

use std::path::PathBuf;

use casa24_analysts::{GrowthAnalyst, TrendAnalyst};
use casa24_analytics::trends::TrendRules;
use casa24_answers::TimeZone;
use casa24_bus::{Declaration, Runner, Source, stage, view, view_following};
use casa24_collectors::export::Files;
use casa24_collectors::schedule::{Collecting, Scheduled};
use casa24_discord::{Discord, Posts};
use casa24_forecasting::Method;
use casa24_predictors::{
    Arima, Ensemble, Linear, Neural, Predictor, Predicts, ScheduledTraining, SharedForecasts, Trainer,
};
use casa24_responder::Responder;
use casa24_validator::{BreakdownValidator, Validator};

use crate::cli::Output;
use crate::streams::{out, outln};
use crate::terminal::{self, UsageError};

/// What a label has decided about its figures, beside the names of the agents.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rules {
    /// When something is noteworthy.
    pub(crate) trends: TrendRules,
    /// Where its days begin.
    pub(crate) time_zone: TimeZone,
    /// How it collects them.
    pub(crate) collecting: Collecting,
    /// When its models are trained.
    pub(crate) training: ScheduledTraining,
    /// How Discord is reached, where it is to be.
    pub(crate) discord: Option<casa24_discord::Settings>,
    /// The folder in which its days are kept as files.
    pub(crate) files: Option<PathBuf>,
}

/// What a command reaches outside. Only for that are settings read whose keys may have to be fetched.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Reach {
    /// The platforms.
    pub(crate) platforms: bool,
    /// Discord.
    pub(crate) discord: bool,
}

/// Every agent, in the order of the pipeline.
pub(crate) fn all(rules: &Rules) -> Vec<Runner> {
    those(rules, |_| true)
}

/// Every agent that can run with these settings.
pub(crate) fn ready(rules: &Rules) -> Vec<Runner> {
    those(rules, |name| match name {
        // Without a schedule it would only keep others from collecting.
        Scheduled::NAME => rules.collecting.schedule.is_some(),
        Trainer::NAME => rules.training.schedule.is_some(),
        Discord::NAME => rules.discord.is_some(),
        // Interactions by HTTP need no token, posts do.
        Posts::NAME => rules.discord.as_ref().is_some_and(casa24_discord::Settings::can_post),
        Files::NAME => rules.files.is_some(),
        _ => true,
    })
}

/// The methods that have an agent.
const PREDICTORS: [Method; 4] = [Linear::METHOD, Arima::METHOD, Neural::METHOD, Ensemble::METHOD];

/// The agents whose names are wanted, in the order of the pipeline. Predictors among them make their forecasts together.
pub(crate) fn those(rules: &Rules, is_wanted: impl Fn(&str) -> bool) -> Vec<Runner> {
    let methods: Vec<Method> = PREDICTORS.into_iter().filter(|method| is_wanted(method.name())).collect();
    let forecasts = SharedForecasts::by(&methods);
    let Rules { trends, time_zone, collecting, training, discord, files } = rules.clone();
    let agents = [
        Scheduled::runner(collecting),
        stage(Validator::new),
        stage(BreakdownValidator::new),
        view(GrowthAnalyst::new),
        view_following(move || TrendAnalyst::new(trends)),
        predictor::<Linear>(&forecasts),
        predictor::<Arima>(&forecasts),
        predictor::<Neural>(&forecasts),
        predictor::<Ensemble>(&forecasts),
        Trainer::runner(training),
        Responder::runner(trends, time_zone),
        Discord::runner(discord.clone()),
        Posts::runner(discord),
        Files::runner(files),
    ];
    agents.into_iter().filter(|agent| is_wanted(agent.declaration().name)).collect()
}

fn predictor<P: Predicts>(forecasts: &SharedForecasts) -> Runner {
    let forecasts = forecasts.clone();
    view_following(move || Predictor::<P>::new(forecasts.clone()))
}

/// What agents of these names reach outside.
pub(crate) fn reach(names: &[String]) -> Reach {
    let is_named = |agents: &[&str]| names.iter().any(|name| agents.contains(&name.as_str()));
    Reach { platforms: is_named(&[Scheduled::NAME]), discord: is_named(&[Discord::NAME, Posts::NAME]) }
}

/// The agents of these names.
pub(crate) fn named(rules: &Rules, names: &[String]) -> anyhow::Result<Vec<Runner>> {
    let known: Vec<&str> = all(rules).iter().map(|agent| agent.declaration().name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        let known = known.join(", ");
        return Err(UsageError(format!("there is no agent {unknown:?}; there are {known}")).into());
    }
    if reach(names).discord && rules.discord.is_none() {
        return Err(UsageError(casa24_discord::Settings::missing().to_string()).into());
    }
    if rules.files.is_none() && names.iter().any(|name| name == Files::NAME) {
        let without = "the agent files needs a folder: set CASA24_FILES";
        return Err(UsageError(without.to_owned()).into());
    }
    Ok(those(rules, |agent| names.iter().any(|name| name == agent)))
}

/// Lists the agents.
pub(crate) fn list(options: &Output) -> anyhow::Result<()> {
    let declarations: Vec<Declaration> =
        all(&Rules::default()).iter().map(|agent| agent.declaration().clone()).collect();
    if options.json {
        outln!("{}", serde_json::to_string_pretty(&declarations)?);
        return Ok(());
    }
    let rows: Vec<Vec<String>> = declarations
        .iter()
        .map(|agent| {
            vec![
                agent.name.to_owned(),
                agent.kind.as_str().to_owned(),
                agent.consumes.join(" "),
                agent.publishes.join(" "),
            ]
        })
        .collect();
    out!("{}", terminal::table(&["AGENT", "KIND", "CONSUMES", "PUBLISHES"], &rows));
    Ok(())
}
