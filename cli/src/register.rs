//! `register`: makes the commands known to Discord, where they are not known already.

use casa24_presentation::discord::{Difference, Scope, registration};

use crate::cli::Register;
use crate::discord_api::Application;
use crate::streams::outln;

/// Compares what is registered, and registers where anything differs.
pub(crate) async fn register(options: &Register) -> anyhow::Result<()> {
    let application = Application::of_settings().await?;
    let server = options.guild.as_deref();
    let scope = match (server, options.user_install) {
        (Some(_), _) => Scope::OneServer,
        (None, false) => Scope::Servers,
        (None, true) => Scope::ServersAndAccounts,
    };
    let wanted = registration(scope);
    let num_commands = wanted.as_array().map_or(0, Vec::len);
    let place = match (server, scope) {
        (Some(server), _) => format!("in server {server}"),
        (None, Scope::ServersAndAccounts) => "in all servers and for people's own accounts".to_owned(),
        (None, _) => "in all servers".to_owned(),
    };
    let difference = Difference::between(&wanted, &application.commands(server).await?);
    if difference.is_empty() {
        outln!("{num_commands} commands are registered {place} already: nothing to do");
        return Ok(());
    }
    let changes = changes(&difference);
    if options.dry_run {
        outln!("would register {num_commands} commands {place}: {changes}");
        return Ok(());
    }
    application.register(&wanted, server).await?;
    outln!("registered {num_commands} commands {place}: {changes}");
    Ok(())
}

/// `2 added (stats, growth), 1 removed (old)`.
fn changes(difference: &Difference) -> String {
    let Difference { added, changed, removed } = difference;
    let lists = [(added, "added"), (changed, "changed"), (removed, "removed")];
    let filled = lists.into_iter().filter(|(names, _)| !names.is_empty());
    let part = |(names, what): (&Vec<String>, &str)| format!("{} {what} ({})", names.len(), names.join(", "));
    filled.map(part).collect::<Vec<_>>().join(", ")
}
