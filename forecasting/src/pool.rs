//! The errors that series share: the errors on many series in, the accuracy on each kind of series out.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::bands::{BAND_ENDS, Bands};
use crate::distances::DISTANCES;
use crate::jumps::Returns;
use crate::kind::Kind;
use crate::learnt_widths::{LearntWidths, Outcome};
use crate::member::Member;

/// As many errors represent all errors on a kind at a distance: the middles of as many equal shares of them.
pub(crate) const NUM_QUANTILES: usize = 40;

/// The accuracy on all series counts in that on a kind as if it were so many series of it.
const SERIES_OF_ALL: f64 = 1.0;

/// The accuracy on a kind that was learnt before counts as if it were this many series.
const SERIES_OF_BEFORE: f64 = 8.0;

/// How well the models did on each kind of series.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    kinds: Vec<(Kind, KindAccuracy)>,
    all: KindAccuracy,
    /// What was learnt of the groups; nothing, where a program did not know of them yet.
    #[serde(default)]
    groups: BTreeMap<String, GroupLessons>,
}

/// What was learnt from series of one group.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct GroupLessons {
    /// How their jumps came back.
    returns: Returns,
    /// Widths by method.
    widths: BTreeMap<String, LearntWidths>,
}

/// How well models did on series of one kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct KindAccuracy {
    num_series: u32,
    /// Logarithm of each member's error relative to the naive method's, by band.
    log_ratios: BTreeMap<String, Bands<f64>>,
    /// Errors of each model in mean steps of the series, sorted, by [`DISTANCES`].
    errors: BTreeMap<String, Vec<Vec<f32>>>,
}

/// What one series adds to the pool.
#[derive(Debug, Clone)]
pub(crate) struct Contribution {
    pub(crate) kind: Kind,
    pub(crate) group: Option<String>,
    pub(crate) returns: Returns,
    pub(crate) log_ratios: Vec<(Member, Bands<f64>)>,
    /// Errors of models in mean steps, by [`DISTANCES`].
    pub(crate) errors: Vec<(&'static str, Vec<Vec<f64>>)>,
}

/// What became of the intervals of each method, by [`DISTANCES`].
pub(crate) type OutcomesOfMethods = Vec<(&'static str, Vec<Vec<Outcome>>)>;

impl Pool {
    /// The pool of these series, which goes on from the one before.
    pub(crate) fn of(contributions: &[Contribution], before: &Self) -> Self {
        let all =
            KindAccuracy::of(&contributions.iter().collect::<Vec<_>>(), &[(&before.all, SERIES_OF_BEFORE)]);
        let mut by_kind: BTreeMap<Kind, Vec<&Contribution>> = BTreeMap::new();
        for (kind, _) in &before.kinds {
            by_kind.insert(*kind, Vec::new());
        }
        for contribution in contributions {
            by_kind.entry(contribution.kind).or_default().push(contribution);
        }
        let of_kind = |(kind, of_kind): (Kind, Vec<&Contribution>)| {
            let others = [(&all, SERIES_OF_ALL), (before.kind(kind), SERIES_OF_BEFORE)];
            (kind, KindAccuracy::of(&of_kind, &others))
        };
        let mut by_group: BTreeMap<&str, Vec<&Contribution>> = BTreeMap::new();
        for contribution in contributions {
            by_group.entry(contribution.group.as_deref().unwrap_or_default()).or_default().push(contribution);
        }
        // Groups that have none of these series are as they were.
        let mut groups = before.groups.clone();
        for (group, of_group) in by_group {
            let returns = of_group.iter().fold(Returns::default(), |sum, one| sum.and(&one.returns));
            groups.insert(group.to_owned(), GroupLessons { returns, widths: BTreeMap::new() });
        }
        Self { groups, kinds: by_kind.into_iter().map(of_kind).collect(), all }
    }

    /// The accuracy on a kind; that on all series for a kind that was not seen.
    pub(crate) fn kind(&self, kind: Kind) -> &KindAccuracy {
        self.kinds.iter().find(|(known, _)| *known == kind).map_or(&self.all, |(_, accuracy)| accuracy)
    }

    /// How jumps came back in the series of a group, and in all.
    pub(crate) fn returns(&self, group: Option<&str>) -> (Returns, Returns) {
        let of_group = self.groups.get(group.unwrap_or_default()).map(|lessons| lessons.returns);
        let of_all = self.groups.values().fold(Returns::default(), |sum, lessons| sum.and(&lessons.returns));
        (of_group.unwrap_or_default(), of_all)
    }

    /// The widths that a method's intervals learnt in a group.
    pub(crate) fn widths(&self, group: &str, method: &str) -> Option<&LearntWidths> {
        self.groups.get(group)?.widths.get(method)
    }

    /// Learns widths from what became of intervals that were made with this pool, by group.
    pub(crate) fn learn_widths(&mut self, outcomes: Vec<(String, OutcomesOfMethods)>) {
        let mut all: BTreeMap<(String, &str), Vec<Vec<Outcome>>> = BTreeMap::new();
        for (group, of_methods) in outcomes {
            for (method, outcomes) in of_methods {
                let known =
                    all.entry((group.clone(), method)).or_insert_with(|| vec![Vec::new(); DISTANCES.len()]);
                known.iter_mut().zip(outcomes).for_each(|(known, more)| known.extend(more));
            }
        }
        for ((group, method), outcomes) in all {
            let lessons = self.groups.entry(group).or_default();
            lessons.widths.insert(method.to_owned(), LearntWidths::of(outcomes));
        }
    }

    /// Series that it was made from.
    pub const fn num_series(&self) -> u32 {
        self.all.num_series
    }
}

impl KindAccuracy {
    /// The accuracy on these series and on others, which count as so many series.
    fn of(contributions: &[&Contribution], others: &[(&Self, f64)]) -> Self {
        let others: Vec<_> = others.iter().filter(|(other, _)| other.num_series > 0).collect();
        let log_ratios = Member::ALL.into_iter().filter_map(|member| {
            let own =
                contributions.iter().flat_map(|series| &series.log_ratios).filter(|(of, _)| *of == member);
            let own = own.map(|(_, ratios)| (*ratios, 1.0));
            let of_others = others
                .iter()
                .map(|(other, weight)| (std::array::from_fn(|band| other.log_ratio(member, band)), *weight));
            Some((member.name().to_owned(), weighted_mean(own.chain(of_others))?))
        });
        let log_ratios = log_ratios.collect();
        let of_series = contributions.iter().flat_map(|series| series.errors.iter().map(|(model, _)| *model));
        let of_others = others.iter().flat_map(|(other, _)| other.errors.keys().map(String::as_str));
        let models: BTreeSet<&str> = of_series.chain(of_others).collect();
        let of_model = |model: &str| {
            let at_distance = |distance: usize| {
                let mut weighted: Vec<(f64, f64)> = Vec::new();
                let own = contributions.iter().flat_map(|series| &series.errors);
                for (_, by_distance) in own.filter(|(of, _)| *of == model) {
                    let errors = &by_distance[distance];
                    // Every series counts the same, however long it is.
                    weighted.extend(errors.iter().map(|error| (*error, 1.0 / errors.len() as f64)));
                }
                for (other, weight) in &others {
                    let errors = other.errors(model, distance);
                    let weight = weight / errors.len().max(1) as f64;
                    weighted.extend(errors.iter().map(|error| (f64::from(*error), weight)));
                }
                middles(weighted)
            };
            (model.to_owned(), (0..DISTANCES.len()).map(at_distance).collect())
        };
        let errors = models.into_iter().map(of_model).collect();
        Self { num_series: contributions.len() as u32, log_ratios, errors }
    }

    /// Logarithm of a member's error relative to the naive method's in a band; 0, as good as naive, where unknown.
    pub(crate) fn log_ratio(&self, member: Member, band: usize) -> f64 {
        self.log_ratios.get(member.name()).map_or(0.0, |ratios| ratios[band.min(BAND_ENDS.len() - 1)])
    }

    /// Sorted errors of a model in mean steps at one of [`DISTANCES`]; none where unknown.
    pub(crate) fn errors(&self, model: &str, distance: usize) -> &[f32] {
        self.errors_of(model).get(distance).map_or(&[], Vec::as_slice)
    }

    /// Sorted errors of a model in mean steps, by [`DISTANCES`]; none where unknown.
    pub(crate) fn errors_of(&self, model: &str) -> &[Vec<f32>] {
        self.errors.get(model).map_or(&[], Vec::as_slice)
    }
}

fn weighted_mean(weighted: impl Iterator<Item = (Bands<f64>, f64)>) -> Option<Bands<f64>> {
    let (mut sum, mut total) = ([0.0; BAND_ENDS.len()], 0.0);
    for (bands, weight) in weighted {
        total += weight;
        sum.iter_mut().zip(bands).for_each(|(sum, figure)| *sum += weight * figure);
    }
    (total > 0.0).then(|| sum.map(|sum| sum / total))
}

/// The middles of [`NUM_QUANTILES`] equal shares of weighted numbers; none of none.
fn middles(mut weighted: Vec<(f64, f64)>) -> Vec<f32> {
    weighted.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let total: f64 = weighted.iter().map(|(_, weight)| weight).sum();
    let mut rest = weighted.iter();
    let mut current = rest.next();
    let mut sum = current.map_or(0.0, |(_, weight)| *weight);
    let mut found = Vec::new();
    for share in 0..NUM_QUANTILES {
        let wanted = total * (share as f64 + 0.5) / NUM_QUANTILES as f64;
        while sum < wanted {
            let Some(next) = rest.next() else { break };
            sum += next.1;
            current = Some(next);
        }
        found.extend(current.map(|(number, _)| *number as f32));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Pace;

    const RARE: Kind = Kind { pace: Pace::Rare, rises: true, returns: false };
    const STANDING: Kind = Kind { pace: Pace::Standing, rises: true, returns: false };

    fn contribution(kind: Kind, ratio: f64, error: f64) -> Contribution {
        Contribution {
            kind,
            group: None,
            returns: Returns::default(),
            log_ratios: vec![(Member::Drift, [ratio; 3])],
            errors: vec![("drift", vec![vec![error]; DISTANCES.len()])],
        }
    }

    #[test]
    fn a_kind_with_few_series_leans_on_all() {
        let pool =
            Pool::of(&[contribution(RARE, 1.0, 5.0), contribution(STANDING, 0.0, 1.0)], &Pool::default());
        // One series of its own and the mean of all, which counts as one.
        assert_eq!(pool.kind(RARE).log_ratio(Member::Drift, 0), 0.75);
        assert_eq!(pool.kind(RARE).log_ratio(Member::Linear, 0), 0.0);
        let never_seen = Kind { pace: Pace::Constant, rises: false, returns: false };
        assert_eq!(pool.kind(never_seen).log_ratio(Member::Drift, 2), 0.5);
        let errors = pool.kind(RARE).errors("drift", 0);
        assert_eq!(errors.len(), NUM_QUANTILES);
        // Weight 1 on its own 5 and a half each on the 1 and 5 of all.
        assert_eq!(errors.iter().filter(|error| **error == 5.0).count(), 30);
    }

    #[test]
    fn middles_of_shares_stand_for_all() {
        let numbers = middles((0..400).map(|number| (f64::from(number), 1.0)).collect());
        assert_eq!((numbers[0], numbers[39], numbers.len()), (4.0, 394.0, NUM_QUANTILES));
        assert!(middles(Vec::new()).is_empty());
    }
}
