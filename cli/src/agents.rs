//! The agents of the program: one line each.

use casa24_analysts::GrowthAnalyst;
use casa24_bus::{Declaration, Runner, stage, view, view_following};
use casa24_predictors::{ArimaPredictor, EnsemblePredictor, LinearPredictor, NeuralPredictor};
use casa24_responder::Responder;
use casa24_validator::Validator;

use crate::cli::Output;
use crate::streams::{out, outln};
use crate::terminal::{self, UsageError};

/// Every agent, in the order of the pipeline.
pub(crate) fn all() -> Vec<Runner> {
    vec![
        stage(Validator::new),
        view(GrowthAnalyst::new),
        view_following(LinearPredictor::new),
        view_following(ArimaPredictor::new),
        view_following(NeuralPredictor::new),
        view_following(EnsemblePredictor::new),
        Responder::runner(),
    ]
}

/// The agents of these names.
pub(crate) fn named(names: &[String]) -> anyhow::Result<Vec<Runner>> {
    let known: Vec<&str> = all().iter().map(|agent| agent.declaration().name).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        let known = known.join(", ");
        return Err(UsageError(format!("there is no agent {unknown:?}; there are {known}")).into());
    }
    Ok(all().into_iter().filter(|agent| names.iter().any(|name| name == agent.declaration().name)).collect())
}

/// Lists the agents.
pub(crate) fn list(options: &Output) -> anyhow::Result<()> {
    let declarations: Vec<Declaration> = all().iter().map(|agent| agent.declaration().clone()).collect();
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
