//! Which shards are whose: every door counts the living ones by their leases, and knows its own share by that.

use std::collections::BTreeSet;

/// What the leases of doors and shards say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Doors {
    /// The living doors that have this number of shards.
    living: BTreeSet<String>,
    /// Those that have another number of shards, with it.
    others: BTreeSet<(String, u32)>,
    /// Shards that a door has.
    taken: BTreeSet<u32>,
}

/// Name of the lease of a door.
pub(crate) fn door_lease(num_shards: u32, door: &str) -> String {
    format!("discord.door.{num_shards}.{door}")
}

/// Name of the lease of a shard.
pub(crate) fn shard_lease(num_shards: u32, shard: u32) -> String {
    format!("discord.shard.{num_shards}.{shard}")
}

/// Name of the place of a shard: sessions of another number of shards are other ones.
pub(crate) fn shard_place(num_shards: u32, shard: u32) -> String {
    format!("discord.place.{num_shards}.{shard}")
}

impl Doors {
    /// Reads the leases that are held, as a door with so many shards sees them.
    pub(crate) fn of(leases: &[String], num_shards: u32) -> Self {
        let mut doors = Self::default();
        for lease in leases {
            let parts: Vec<&str> = lease.split('.').collect();
            let ["discord", kind, of, which] = parts[..] else { continue };
            let Ok(of) = of.parse::<u32>() else { continue };
            match kind {
                "door" if of == num_shards => {
                    doors.living.insert(which.to_owned());
                }
                "door" => {
                    doors.others.insert((which.to_owned(), of));
                }
                "shard" if of == num_shards => doors.taken.extend(which.parse::<u32>().ok()),
                _ => {}
            }
        }
        doors
    }

    /// The number of shards that this door must have, where an earlier one runs with another number: the sessions of
    /// both together would bring every interaction twice.
    pub(crate) fn number_to_follow(&self, door: Option<&str>) -> Option<u32> {
        let (other, number) = self.others.first()?;
        let first = self.living.first().map(String::as_str).into_iter().chain(door).min();
        // Without a name it has not begun yet.
        (door.is_none() || first.is_none_or(|first| other.as_str() < first)).then_some(*number)
    }

    /// How many shards a door is to have.
    pub(crate) fn share(&self, door: &str, num_shards: u32) -> usize {
        let mut living: BTreeSet<&str> = self.living.iter().map(String::as_str).collect();
        living.insert(door);
        let (all, rank) = (living.len(), living.range(..door).count());
        let num_shards = num_shards as usize;
        num_shards / all + usize::from(rank < num_shards % all)
    }

    /// The shards that nobody has, of which each door tries others first.
    pub(crate) fn free(&self, door: &str, num_shards: u32) -> Vec<u32> {
        let rank = self.living.range(..door.to_owned()).count();
        let all = self.living.len().max(1);
        let first = u32::try_from(num_shards as usize * rank / all).unwrap_or_default();
        (first..num_shards).chain(0..first).filter(|shard| !self.taken.contains(shard)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leases(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_shares_of_living_doors_are_fair_and_are_all_shards() {
        for num_shards in 1..20 {
            for num_doors in 1..6 {
                let names: Vec<String> = (0..num_doors).map(|door| format!("d{door}")).collect();
                let leases: Vec<String> = names.iter().map(|name| door_lease(num_shards, name)).collect();
                let doors = Doors::of(&leases, num_shards);
                let shares: Vec<usize> = names.iter().map(|name| doors.share(name, num_shards)).collect();
                assert_eq!(shares.iter().sum::<usize>(), num_shards as usize);
                assert!(shares.iter().max().unwrap() - shares.iter().min().unwrap() <= 1, "{shares:?}");
            }
        }
    }

    #[test]
    fn a_door_that_is_not_seen_yet_counts_itself() {
        let doors = Doors::of(&leases(&["discord.door.4.b"]), 4);
        assert_eq!((doors.share("a", 4), doors.share("c", 4), doors.share("b", 4)), (2, 2, 4));
    }

    #[test]
    fn shards_of_another_number_and_foreign_leases_are_not_taken_for_ones_own() {
        let held = leases(&[
            "discord.door.4.a",
            "discord.door.4.b",
            "discord.shard.4.2",
            "discord.shard.2.0",
            "discord.posts",
            "discord.shard.x.1",
        ]);
        let doors = Doors::of(&held, 4);
        assert_eq!(doors.free("a", 4), [0, 1, 3]);
        assert_eq!(doors.free("b", 4), [3, 0, 1]);
    }

    #[test]
    fn of_two_numbers_of_shards_the_earlier_doors_counts() {
        let doors = Doors::of(&leases(&["discord.door.4.b", "discord.door.2.a"]), 4);
        assert_eq!(doors.number_to_follow(Some("b")), Some(2));
        assert_eq!(doors.number_to_follow(None), Some(2));
        let doors = Doors::of(&leases(&["discord.door.4.a", "discord.door.2.b"]), 4);
        assert_eq!(doors.number_to_follow(Some("a")), None);
    }
}
