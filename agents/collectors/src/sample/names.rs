//! Names of artists and tracks that do not exist.

/// The first artists: several scripts, dots, accents, signs that Markdown knows, emoji.
const FIRST: [&str; 12] = [
    "Casa Marisma",
    "Tinta Lunar",
    "mo.ssgarden",
    "ÑANDÚ 7",
    "Velvet Otter Club",
    "Élan Brisvert",
    "Пепельный Кит",
    "雨傘ロケット",
    "Ember_Kid* 🔥",
    "نور الميناء",
    "O'Dwyer & the Tin Foxes",
    "뒷마당 고래",
];

const ADJECTIVES: [&str; 40] = [
    "Amber",
    "Brittle",
    "Café",
    "Distant",
    "Electric",
    "Feral",
    "Gilded",
    "Hollow",
    "Indigo",
    "Jagged",
    "Kinetic",
    "Lunar",
    "Mellow",
    "Northern",
    "Opaque",
    "Paper",
    "Quiet",
    "Rusted",
    "Silver",
    "Tidal",
    "Ultra",
    "Velvet",
    "Wandering",
    "Xeno",
    "Yonder",
    "Zigzag",
    "Azul",
    "Bleary",
    "Cobalt",
    "Dusty",
    "Errant",
    "Fútil",
    "Granite",
    "Honey",
    "Ivory",
    "Jovial",
    "Krill",
    "Lucid",
    "Mossy",
    "Naïve",
];

const NOUNS: [&str; 40] = [
    "Otters", "Bazaar", "Cinema", "Dynamo", "Estuary", "Ferry", "Gazebo", "Harvest", "Iglú", "Jetty",
    "Kites", "Lantern", "Meridian", "Nomad", "Orchard", "Pylon", "Quartet", "Relay", "Sextant", "Tundra",
    "Umbra", "Viaduct", "Willow", "Xylem", "Yacht", "Zephyr", "Arcade", "Beacon", "Canopy", "Delta",
    "Ensemble", "Fjord", "Grotto", "Hangar", "Isobar", "Juniper", "Kestrel", "Lagoon", "Mosaic", "Niño",
];

/// Name of the artist of this index; no two share one.
pub(super) fn artist_name(index: u32) -> String {
    let position = index as usize;
    if let Some(name) = FIRST.get(position) {
        return (*name).to_owned();
    }
    let pair = position - FIRST.len();
    let (first, round) = (pair % 40, pair / 40);
    // Steps of seven, so that neighbours do not share a noun; each pair occurs once in 1,600.
    let name = format!("{} {}", ADJECTIVES[first], NOUNS[(first * 7 + round) % 40]);
    match round / 40 {
        0 => name,
        again => format!("{name} {}", again + 1),
    }
}

/// Title of an artist's track or video.
pub(super) fn title(artist: u32, index: u32) -> String {
    let (artist, index) = (artist as usize, index as usize);
    let first = ADJECTIVES[(artist * 11 + index * 3) % 40];
    let second = NOUNS[(artist * 13 + index * 17 + 5) % 40];
    if index % 3 == 0 { second.to_owned() } else { format!("{first} {second}") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use casa24_schemas::Artist;

    use super::*;

    #[test]
    fn every_artist_has_a_name_of_its_own() {
        let ids: BTreeSet<_> = (0..4_000).map(|index| Artist::new(&artist_name(index)).unwrap().id).collect();
        assert_eq!(ids.len(), 4_000);
    }

    #[test]
    fn an_artist_does_not_repeat_its_titles() {
        for artist in 0..100 {
            let titles: BTreeSet<_> = (0..20).map(|index| title(artist, index)).collect();
            assert_eq!(titles.len(), 20, "{artist}");
        }
    }
}
