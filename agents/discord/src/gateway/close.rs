//! Close codes after which connecting again is of no use.
//!
//! Source: <https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes>

/// What to do about a close code; `None` where connecting again may help.
pub(crate) const fn fatal(code: u16) -> Option<&'static str> {
    Some(match code {
        4004 => "discord does not know the bot's token: make a new one and set DISCORD_BOT_TOKEN",
        4010 => "discord does not know the shard: report this",
        4011 => {
            "the bot is on more servers than its shards may serve: leave CASA24_DISCORD_SHARDS out or set more, and restart"
        }
        4012 => "discord no longer speaks this version of the gateway: update casa24",
        4013 | 4014 => "discord does not allow what the bot asks to be told: report this",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_pass_are_not_fatal() {
        assert!([1000, 1001, 1006, 4000, 4007, 4008, 4009].into_iter().all(|code| fatal(code).is_none()));
        assert!((4010..=4014).chain([4004]).all(|code| fatal(code).is_some()));
    }
}
